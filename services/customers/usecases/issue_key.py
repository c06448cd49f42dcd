"""Issue an API key. Its secret leaves the house once, in the answer; only the hash stays."""

from services.customers.domain.api_key import ApiKey, IssuedKey, KeyOrder, checked_scopes, checked_secret, prefix_of
from services.customers.domain.errors import SecretSpent
from services.customers.domain.text import LABEL_MAX, line
from services.customers.events import api_key_changed
from services.customers.store import keys
from shared.db.database import UnitOfWork
from shared.http.auth import SCOPES, hash_secret, keep_key, new_secret
from shared.ids import new_id


async def issue_key(work: UnitOfWork, order: KeyOrder, secret: str | None = None) -> IssuedKey:
    """A key with a new secret, or with a given one: then asking again answers the same key.

    It works in this service at once, since the copy that calls are checked against is kept in the same transaction.
    Raises Refused, SecretTooWeak, and SecretSpent for the secret of a key that no longer opens or opens something else.
    """
    known_to_caller = new_secret(live=order.live) if secret is None else checked_secret(secret)
    key = _key(work, order, known_to_caller)
    if not await keys.add(work.session, key):
        return IssuedKey(await _issued_before(work, key), known_to_caller)
    event = api_key_changed(key)
    await keep_key(work, event)
    work.emit(event)
    return IssuedKey(key, known_to_caller)


def _key(work: UnitOfWork, order: KeyOrder, secret: str) -> ApiKey:
    return ApiKey(
        key_id=new_id(),
        version=1,
        kind=order.kind,
        client_id=order.client_id,
        label=line(order.label, "/label", LABEL_MAX),
        prefix=prefix_of(secret),
        secret_sha256=hash_secret(secret),
        scopes=checked_scopes(order.scopes, SCOPES[order.kind]),
        live=order.live,
        active=True,
        created_at=work.clock.now(),
    )


async def _issued_before(work: UnitOfWork, wanted: ApiKey) -> ApiKey:
    found = await keys.with_secret(work.session, wanted.secret_sha256)
    if not found.active or (found.kind, found.client_id) != (wanted.kind, wanted.client_id):
        raise SecretSpent(key_id=found.key_id)
    return found
