"""Put a claim on hold, so that nobody is reminded of it: the customer disputes it."""

from uuid import UUID

from services.payments.domain.claim import ClaimKey
from services.payments.domain.claim_hold import ClaimHold, check_can_be_held
from services.payments.domain.errors import ClaimNotFound
from services.payments.events import hold_change
from services.payments.store import claim_holds, claims
from shared.db.database import UnitOfWork


async def hold_claim(work: UnitOfWork, client_id: UUID, hold: ClaimHold) -> None:
    """Raises ClaimNotFound, ClaimSettled, ClaimHeld, HoldEndsInPast."""
    key = ClaimKey(client_id, hold.document_id)
    claim = (await claims.lock(work.session, [key])).get(key)
    if claim is None:
        raise ClaimNotFound
    holds = await claim_holds.of_claims(work.session, [key])
    check_can_be_held(claim, holds[key], hold)
    await claim_holds.add(work.session, client_id, hold)
    work.changed(hold_change(None, hold))
