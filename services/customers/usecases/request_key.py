"""Ask for a key that takes a second person. Its secret is shown to whoever asks, and works once it is approved."""

from dataclasses import dataclass, field

from services.customers.domain.api_key import ApiKey, NewKey
from services.customers.store import clients
from services.customers.usecases.prepare_key import prepare_key
from shared.approvals import Approval, Requested, check_is_a_person
from shared.db import approvals
from shared.db.database import UnitOfWork
from shared.ids import new_id

KIND = "api_key"


@dataclass(frozen=True)
class RequestedKey:
    approval: Approval
    secret: str = field(repr=False)


async def request_key(work: UnitOfWork, new_key: NewKey, requested: Requested) -> RequestedKey:
    """Raises KeyWithoutHolder, ClientNotFound, ClientInactive, Refused."""
    check_is_a_person(requested.by)
    if new_key.client_id is not None:
        client = await clients.get(work.session, new_key.client_id)
        client.check_active()
    prepared = prepare_key(work, new_key)
    approval = Approval(
        approval_id=new_id(),
        client_id=new_key.client_id,
        kind=KIND,
        before={},
        after=_shown(prepared.key),
        requested=requested,
        sealed={"secret_sha256": prepared.key.secret_sha256},
    )
    await approvals.add(work.session, approval)
    return RequestedKey(approval, prepared.secret)


def _shown(key: ApiKey) -> dict[str, object]:
    return {
        "kind": key.kind,
        "label": key.label,
        "holder": key.holder,
        "scopes": list(key.scopes),
        "prefix": key.prefix,
        "live": key.live,
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
    }
