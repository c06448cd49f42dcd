"""Match what lies in clearing of a payment to claims of the same client, as a person says."""

from collections.abc import Sequence
from uuid import UUID

from services.payments.domain.claim import Claim, ClaimKey
from services.payments.domain.errors import ClaimNotFound, PaymentNotFound
from services.payments.domain.payment import Share, match_by_hand
from services.payments.events import claim_turned, payment_change, payment_matched
from services.payments.store import claims, locks, matches, payments
from shared.db.database import UnitOfWork


async def match_payment(work: UnitOfWork, client_id: UUID, payment_id: UUID, shares: Sequence[Share]) -> None:
    """Each document at most once.

    Raises PaymentNotFound, ClaimNotFound, NothingUnmatched, MatchExceedsPayment, MatchExceedsClaim, ClaimsBusy.
    """
    session = work.session
    await locks.lock_clients(session, [client_id])
    payment = await payments.lock(session, client_id, payment_id)
    if payment is None:
        raise PaymentNotFound
    before = await _claims(work, client_id, shares)
    today = work.clock.today()
    after, matched = match_by_hand(payment, shares, before, today)
    work.changed(payment_change(payment, after))
    await payments.save(session, [after])
    await matches.add(session, matched)
    await claims.save(session, [match.claim for match in matched])
    for match in matched:
        work.emit(payment_matched(match))
        turned = claim_turned(before[match.claim.document_id], match.claim, today)
        if turned is not None:
            work.emit(turned)


async def _claims(work: UnitOfWork, client_id: UUID, shares: Sequence[Share]) -> dict[UUID, Claim]:
    """By document. Raises ClaimNotFound."""
    locked = await claims.lock(work.session, [ClaimKey(client_id, share.document_id) for share in shares])
    if len(locked) < len(shares):
        raise ClaimNotFound
    return {key.document_id: claim for key, claim in locked.items()}
