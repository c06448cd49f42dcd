"""Issue an API key. The secret is returned once; only its hash is stored."""

from services.customers.domain.api_key import ApiKey, IssuedKey, NewKey
from services.customers.domain.errors import SecretAlreadyUsed
from services.customers.store import keys
from services.customers.usecases.prepare_key import prepare_key
from services.customers.usecases.start_key import start_key
from shared.db.database import UnitOfWork


async def issue_key(work: UnitOfWork, new_key: NewKey, secret: str | None = None) -> IssuedKey:
    """A key with a random secret, or with the given one; the same secret again returns the same key.

    Raises Refused, SecretTooWeak, and SecretAlreadyUsed for the secret of a key that is revoked or of another kind.
    """
    prepared = prepare_key(work, new_key, secret)
    if await start_key(work, prepared.key):
        return prepared
    work.unchanged()
    return IssuedKey(await _issued_before(work, prepared.key), prepared.secret)


async def _issued_before(work: UnitOfWork, key: ApiKey) -> ApiKey:
    issued = await keys.with_secret(work.session, key.secret_sha256)
    if not issued.active or (issued.kind, issued.client_id) != (key.kind, key.client_id):
        raise SecretAlreadyUsed(key_id=issued.key_id)
    return issued
