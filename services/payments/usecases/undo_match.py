"""Undo one match of a payment, as a person says."""

from uuid import UUID

from services.payments.domain.claim import ClaimKey
from services.payments.domain.errors import MatchAlreadyUndone, MatchNotFound, PaymentNotFound
from services.payments.domain.payment import Match, Undone
from services.payments.events import payment_change
from services.payments.store import locks, matches, payments
from services.payments.usecases.undo_matches import undo_matches
from shared.db.database import UnitOfWork


async def undo_match(work: UnitOfWork, client_id: UUID, payment_id: UUID, match_id: UUID) -> None:
    """Raises PaymentNotFound, MatchNotFound, MatchAlreadyUndone, ClaimsBusy."""
    await locks.lock_clients(work.session, [client_id])
    payment = await payments.lock(work.session, client_id, payment_id)
    if payment is None:
        raise PaymentNotFound
    match = await _holding(work, client_id, payment_id, match_id)
    undone = Undone(work.clock.today(), "by_hand")
    after = await undo_matches(work, {payment_id: payment}, [match], undone)
    work.changed(payment_change(payment, after[payment_id]))
    await payments.save(work.session, [*after.values()])


async def _holding(work: UnitOfWork, client_id: UUID, payment_id: UUID, match_id: UUID) -> Match:
    row = await matches.find(work.session, client_id, payment_id, match_id)
    if row is None:
        raise MatchNotFound
    if row.undone_on is not None:
        raise MatchAlreadyUndone(undone_on=row.undone_on)
    return Match(match_id, payment_id, ClaimKey(client_id, row.document_id), row.amount_ore)
