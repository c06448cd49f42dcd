"""Bank payments, and what has become of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.booking import IncomingPayment, PaymentKey
from services.payments.domain.claim import PayeeKid, Receipt
from services.payments.domain.matching import Matched, Unmatched
from services.payments.domain.payment import Payment
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


async def waiting_for(session: AsyncSession, payee_kids: Iterable[PayeeKid]) -> list[Receipt]:
    """Locks the payments that came before their claims; the oldest first."""
    receipts: list[Receipt] = []
    async for rows in for_chunks(session, _WAITING, sorted(set(payee_kids)), PayeeKid._asdict):
        receipts += [Receipt(row.id, row.client_id, row.account, row.kid, row.amount_ore, row.paid_on) for row in rows]
    return sorted(receipts, key=lambda receipt: receipt.payment_id)


async def save_decisions(session: AsyncSession, decisions: Sequence[Matched | Unmatched]) -> None:
    """Update the state of payments that waited for their claims."""
    await run_chunks(session, _DECIDE, decisions, _decision_record)


async def lock(session: AsyncSession, client_id: UUID, payment_id: UUID) -> Payment | None:
    """The client's payment, locked."""
    query = sa.text(f"{_PAYMENT} from payment p where p.client_id = :client_id and p.id = :id for update")
    row = (await run(session, query, client_id=client_id, id=payment_id)).first()
    return None if row is None else _payment(row)


async def taken_back(session: AsyncSession, payee_kids: Sequence[PayeeKid]) -> list[Payment]:
    """Locks the negative payments with these KIDs whose opposite has not been found; no KID may occur twice."""
    return await _payments_of(session, _TAKEN_BACK, payee_kids)


async def with_kids(session: AsyncSession, payee_kids: Sequence[PayeeKid]) -> list[Payment]:
    """Locks the payments with these KIDs of which nothing was refunded or reversed; no KID may occur twice."""
    return await _payments_of(session, _WITH_KIDS, payee_kids)


async def save(session: AsyncSession, payments: Sequence[Payment]) -> None:
    """Update what has become of payments. They must be locked."""
    await run_chunks(session, _SAVE, payments, _state_record)


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


async def _payments_of(
    session: AsyncSession, statement: sa.TextClause, payee_kids: Sequence[PayeeKid]
) -> list[Payment]:
    return [
        _payment(row) async for rows in for_chunks(session, statement, payee_kids, PayeeKid._asdict) for row in rows
    ]


def _payment(row: sa.Row[Any]) -> Payment:
    receipt = Receipt(row.id, row.client_id, row.account, row.kid, row.amount_ore, row.paid_on)
    return Payment(receipt, row.reason, row.matched_ore, row.refunded_ore, row.reversed_ore, row.reverses)


def _state_record(payment: Payment) -> Record:
    return {
        "client_id": payment.receipt.client_id,
        "id": payment.receipt.payment_id,
        "state": payment.state,
        "reason": payment.reason,
        "matched_ore": payment.matched_ore,
        "refunded_ore": payment.refunded_ore,
        "reversed_ore": payment.reversed_ore,
        "reverses": payment.reverses,
    }


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
        "matched_ore": receipt.amount_ore if reason is None else 0,
    }


def _decision_record(decision: Matched | Unmatched) -> Record:
    reason = None if isinstance(decision, Matched) else decision.reason
    return {
        "client_id": decision.receipt.client_id,
        "id": decision.receipt.payment_id,
        "state": _state(reason),
        "reason": reason,
        "matched_ore": decision.receipt.amount_ore if reason is None else 0,
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
                         control_ore, paid_on, ordered_on, debit_account, bank_reference, text, state, reason,
                         matched_ore)
    select client_id, id, bank_file_id, line_number, account, identity, transaction_code, kid, amount_ore,
           control_ore, paid_on, ordered_on, debit_account, bank_reference, text, state, reason, matched_ore
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, id uuid, bank_file_id uuid, line_number int, account text, identity text, transaction_code text,
        kid text, amount_ore bigint, control_ore bigint, paid_on date, ordered_on date, debit_account text,
        bank_reference text, text text, state text, reason text, matched_ore bigint)
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
    update payment p set state = r.state, reason = r.reason, matched_ore = r.matched_ore
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, id uuid, state text, reason text, matched_ore bigint)
    where p.client_id = r.client_id and p.id = r.id
    """
)
_PAYMENT: Final = """
    select p.id, p.client_id, p.account, p.kid, p.amount_ore, p.paid_on, p.reason,
           p.matched_ore, p.refunded_ore, p.reversed_ore, p.reverses
"""
_OF_KIDS: Final = f"""
    {_PAYMENT} from json_to_recordset(cast(:records as json)) as r(client_id uuid, account text, kid text)
    join payment p using (client_id, account, kid)
"""
_LOCK: Final = " order by p.client_id, p.id for update of p"
_TAKEN_BACK: Final = sa.text(f"{_OF_KIDS} where p.state = 'unmatched' and p.reason = 'negative_amount' {_LOCK}")
_WITH_KIDS: Final = sa.text(f"{_OF_KIDS} where p.amount_ore > 0 and p.refunded_ore = 0 and p.reversed_ore = 0 {_LOCK}")
_SAVE: Final = sa.text(
    """
    update payment p set state = r.state, reason = r.reason, matched_ore = r.matched_ore,
                         refunded_ore = r.refunded_ore, reversed_ore = r.reversed_ore, reverses = r.reverses
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, id uuid, state text, reason text, matched_ore bigint, refunded_ore bigint, reversed_ore bigint,
        reverses uuid)
    where p.client_id = r.client_id and p.id = r.id
    """
)
_SELECT: Final = """
    select p.id, p.client_id, p.bank_file_id, p.line_number, p.account, p.kid, p.amount_ore, p.paid_on, p.ordered_on,
           p.debit_account, p.bank_reference, p.text, p.state, p.reason, p.reverses,
           p.amount_ore - p.matched_ore - p.refunded_ore - p.reversed_ore as unmatched_ore,
           m.document_id, m.kind, m.remaining_ore, m.matched_at, every.matches, sent.refunds
    from payment p
    left join lateral (
        select * from match h where h.client_id = p.client_id and h.payment_id = p.id
            and not exists (select from undone_match u where u.client_id = h.client_id and u.match_id = h.id)
        order by h.matched_at desc, h.id desc limit 1
    ) m on true
    left join lateral (
        select coalesce(jsonb_agg(to_jsonb(o) || jsonb_build_object('undone_on', u.undone_on, 'undone_reason', u.reason)
                        order by o.matched_at, o.id), '[]') as matches
        from match o left join undone_match u on u.client_id = o.client_id and u.match_id = o.id
        where o.client_id = p.client_id and o.payment_id = p.id
    ) every on true
    left join lateral (
        select coalesce(jsonb_agg(to_jsonb(o) order by o.refunded_at, o.id), '[]') as refunds
        from refund o where o.client_id = p.client_id and o.payment_id = p.id
    ) sent on true
"""
