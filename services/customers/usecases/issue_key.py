"""Issue an API key. The secret is returned once; only its hash is stored."""

from services.customers.domain.api_key import (
    ApiKey,
    IssuedKey,
    NewKey,
    checked_expiry,
    checked_scopes,
    checked_secret,
    prefix_of,
)
from services.customers.domain.errors import SecretAlreadyUsed
from services.customers.domain.text import LABEL_MAX, line
from services.customers.events import key_change
from services.customers.store import keys
from services.customers.usecases.publish_key import publish_key
from shared.db.database import UnitOfWork
from shared.http.auth import SCOPES, hash_secret, new_secret
from shared.ids import new_id


async def issue_key(work: UnitOfWork, new_key: NewKey, secret: str | None = None) -> IssuedKey:
    """A key with a random secret, or with the given one; the same secret again returns the same key.

    Raises Refused, SecretTooWeak, and SecretAlreadyUsed for the secret of a key that is revoked or of another kind.
    """
    checked = new_secret(live=new_key.live) if secret is None else checked_secret(secret)
    key = _key(work, new_key, checked)
    if not await keys.add(work.session, key):
        work.changed()
        return IssuedKey(await _issued_before(work, key), checked)
    await publish_key(work, key)
    work.changed(key_change(None, key))
    return IssuedKey(key, checked)


def _key(work: UnitOfWork, new_key: NewKey, secret: str) -> ApiKey:
    return ApiKey(
        key_id=new_id(),
        version=1,
        kind=new_key.kind,
        client_id=new_key.client_id,
        label=line(new_key.label, "/label", LABEL_MAX),
        prefix=prefix_of(secret),
        secret_sha256=hash_secret(secret),
        scopes=checked_scopes(new_key.scopes, SCOPES[new_key.kind]),
        live=new_key.live,
        active=True,
        created_at=work.clock.now(),
        expires_at=checked_expiry(new_key.expires_at, work.clock.now()),
    )


async def _issued_before(work: UnitOfWork, key: ApiKey) -> ApiKey:
    issued = await keys.with_secret(work.session, key.secret_sha256)
    if not issued.active or (issued.kind, issued.client_id) != (key.kind, key.client_id):
        raise SecretAlreadyUsed(key_id=issued.key_id)
    return issued
