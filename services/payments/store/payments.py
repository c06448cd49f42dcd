"""Bank payments, and the claims that they pay."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.booking import IncomingPayment, PaymentKey
from services.payments.domain.claim import PayeeKid, Receipt
from services.payments.domain.matching import Matched, Unmatched
from services.payments.domain.words import PaymentState, UnmatchedReason
from shared.db.bulk import Record, for_chunks, run_chunks
from shared.db.sql import run
from shared.http.paging import PageRequest


async def booked_keys(session: AsyncSession, payments: Sequence[IncomingPayment]) -> set[PaymentKey]:
    """Keys of those payments that are booked already, from whatever file."""
    return {
        PaymentKey(row.client_id, row.account, row.identity)
        async for rows in for_chunks(session, _BOOKED, payments, lambda incoming: incoming.key._asdict())
        for row in rows
    }


async def book(
    session: AsyncSession,
    bank_file_id: UUID,
    payments: Sequence[IncomingPayment],
    reasons: Mapping[UUID, UnmatchedReason],
) -> None:
    """Insert the payments of a file; `reasons` has the unmatched ones, by payment id."""

    def record(incoming: IncomingPayment) -> Record:
        return _payment_record(incoming, bank_file_id, reasons.get(incoming.receipt.payment_id))

    await run_chunks(session, _BOOK, payments, record)


async def save_matches(session: AsyncSession, matches: Sequence[Matched]) -> None:
    await run_chunks(session, _MATCH, matches, _match_record)


async def waiting_for(session: AsyncSession, payee_kids: Iterable[PayeeKid]) -> list[Receipt]:
    """Locks the payments that came before their claims; the oldest first."""
    receipts: list[Receipt] = []
    async for rows in for_chunks(session, _WAITING, sorted(set(payee_kids)), PayeeKid._asdict):
        receipts += [Receipt(row.id, row.client_id, row.account, row.kid, row.amount_ore, row.paid_on) for row in rows]
    return sorted(receipts, key=lambda receipt: receipt.payment_id)


async def save_decisions(session: AsyncSession, decisions: Sequence[Matched | Unmatched]) -> None:
    """Update the state of payments that waited for their claims."""
    await run_chunks(session, _DECIDE, decisions, _decision_record)


async def find(session: AsyncSession, client_id: UUID | None, payment_id: UUID) -> sa.RowMapping | None:
    """A payment of the client (None: of any client), with what it pays."""
    query = _SELECT + _where(client_id, "p.id = :id")
    return (await run(session, sa.text(query), client_id=client_id, id=payment_id)).mappings().first()


async def page(
    session: AsyncSession,
    client_id: UUID | None,
    request: PageRequest,
    *,
    state: PaymentState | None = None,
    bank_file_id: UUID | None = None,
) -> Sequence[sa.RowMapping]:
    """Payments in the order received, one row more than the page."""
    filters = {
        "p.id > :after": request.after,
        "p.state = :state": state,
        "p.bank_file_id = :bank_file_id": bank_file_id,
    }
    query = _SELECT + _where(client_id, *(condition for condition, value in filters.items() if value is not None))
    values = {
        "client_id": client_id,
        "after": request.after,
        "state": state,
        "bank_file_id": bank_file_id,
        "limit": request.limit + 1,
    }
    return (await run(session, sa.text(f"{query} order by p.id limit :limit"), **values)).mappings().all()


def _where(client_id: UUID | None, *conditions: str) -> str:
    """Conditions are constants of this module; values are always bound."""
    every = [*conditions] if client_id is None else ["p.client_id = :client_id", *conditions]
    return f" where {' and '.join(every)}" if every else ""


def _payment_record(incoming: IncomingPayment, bank_file_id: UUID, reason: UnmatchedReason | None) -> Record:
    receipt, payment = incoming.receipt, incoming.payment
    return {
        "client_id": receipt.client_id,
        "id": receipt.payment_id,
        "bank_file_id": bank_file_id,
        "line_number": payment.line_number,
        "account": receipt.account,
        "identity": payment.identity,
        "transaction_code": payment.transaction_code,
        "kid": receipt.kid,
        "amount_ore": receipt.amount_ore,
        "control_ore": payment.control_ore,
        "paid_on": receipt.paid_on,
        "ordered_on": payment.ordered_on,
        "debit_account": payment.debit_account,
        "bank_reference": payment.bank_reference,
        "text": payment.text,
        "state": _state(reason),
        "reason": reason,
    }


def _match_record(match: Matched) -> Record:
    return {
        "client_id": match.receipt.client_id,
        "payment_id": match.receipt.payment_id,
        "document_id": match.claim.document_id,
        "amount_ore": match.receipt.amount_ore,
        "kind": match.kind,
        "remaining_ore": match.remaining_ore,
    }


def _decision_record(decision: Matched | Unmatched) -> Record:
    reason = None if isinstance(decision, Matched) else decision.reason
    return {
        "client_id": decision.receipt.client_id,
        "id": decision.receipt.payment_id,
        "state": _state(reason),
        "reason": reason,
    }


def _state(reason: UnmatchedReason | None) -> PaymentState:
    return "matched" if reason is None else "unmatched"


_BOOKED: Final = sa.text(
    """
    select p.client_id, p.account, p.identity
    from json_to_recordset(cast(:records as json)) as r(client_id uuid, account text, identity text)
    join payment p using (client_id, account, identity)
    """
)
_BOOK: Final = sa.text(
    """
    insert into payment (client_id, id, bank_file_id, line_number, account, identity, transaction_code, kid, amount_ore,
                         control_ore, paid_on, ordered_on, debit_account, bank_reference, text, state, reason)
    select client_id, id, bank_file_id, line_number, account, identity, transaction_code, kid, amount_ore,
           control_ore, paid_on, ordered_on, debit_account, bank_reference, text, state, reason
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, id uuid, bank_file_id uuid, line_number int, account text, identity text, transaction_code text,
        kid text, amount_ore bigint, control_ore bigint, paid_on date, ordered_on date, debit_account text,
        bank_reference text, text text, state text, reason text)
    """
)
_MATCH: Final = sa.text(
    """
    insert into match (client_id, payment_id, document_id, amount_ore, kind, remaining_ore)
    select client_id, payment_id, document_id, amount_ore, kind, remaining_ore
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, payment_id uuid, document_id uuid, amount_ore bigint, kind text, remaining_ore bigint)
    """
)
_WAITING: Final = sa.text(
    """
    select p.id, p.client_id, p.account, p.kid, p.amount_ore, p.paid_on
    from json_to_recordset(cast(:records as json)) as r(client_id uuid, account text, kid text)
    join payment p using (client_id, account, kid)
    where p.state = 'unmatched' and p.reason in ('unknown_kid', 'invalid_kid')
    order by p.client_id, p.id
    for update of p
    """
)
_DECIDE: Final = sa.text(
    """
    update payment p set state = r.state, reason = r.reason
    from json_to_recordset(cast(:records as json)) as r(client_id uuid, id uuid, state text, reason text)
    where p.client_id = r.client_id and p.id = r.id
    """
)
_SELECT: Final = """
    select p.id, p.client_id, p.bank_file_id, p.line_number, p.account, p.kid, p.amount_ore, p.paid_on, p.ordered_on,
           p.debit_account, p.bank_reference, p.text, p.state, p.reason,
           m.document_id, m.kind, m.remaining_ore, m.matched_at
    from payment p left join match m on m.client_id = p.client_id and m.payment_id = p.id
"""
