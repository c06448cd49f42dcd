"""Issue a key that a second person has approved."""

from datetime import datetime
from uuid import UUID

from services.customers.domain.api_key import ApiKey, checked_expiry
from services.customers.store import clients
from services.customers.usecases.start_key import start_key
from shared.approvals import Approval, ApprovalOvertaken
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def issue_approved_key(work: UnitOfWork, approval: Approval) -> UUID:
    """The id of the key. Raises ClientInactive, ExpiryPassed."""
    if approval.client_id is not None:
        # Locked, so that the client cannot become inactive, and lose its keys, while one is being issued.
        client = await clients.get(work.session, approval.client_id, lock=True)
        client.check_active()
    key = _key(approval, work.clock.now())
    if not await start_key(work, key):
        raise ApprovalOvertaken
    return key.key_id


def _key(approval: Approval, now: datetime) -> ApiKey:
    requested = approval.after
    expires_at = requested["expires_at"]
    return ApiKey(
        key_id=new_id(),
        version=1,
        kind=requested["kind"],
        client_id=approval.client_id,
        label=requested["label"],
        prefix=requested["prefix"],
        secret_sha256=approval.sealed["secret_sha256"],
        scopes=tuple(requested["scopes"]),
        live=requested["live"],
        active=True,
        created_at=now,
        expires_at=checked_expiry(datetime.fromisoformat(expires_at) if expires_at else None, now),
        holder=requested["holder"],
        introduced_by=approval.requested.by.root,
    )
