"""Release a claim that was on hold: its reminders go on with the next scan."""

from uuid import UUID

from services.payments.domain.claim import ClaimKey
from services.payments.domain.claim_hold import Signature, released
from services.payments.domain.errors import ClaimNotFound
from services.payments.events import hold_change
from services.payments.store import claim_holds, claims
from shared.db.database import UnitOfWork


async def release_claim(work: UnitOfWork, client_id: UUID, document_id: UUID, by: Signature) -> None:
    """Raises ClaimNotFound, ClaimNotHeld."""
    key = ClaimKey(client_id, document_id)
    if not await claims.lock(work.session, [key]):
        raise ClaimNotFound
    holds = await claim_holds.of_claims(work.session, [key])
    before, after = released(holds[key], by)
    await claim_holds.save_release(work.session, client_id, before.id, by)
    work.changed(hold_change(before, after))
