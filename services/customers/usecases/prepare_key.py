"""Prepare an API key: everything about it is checked and its secret is made, but it is not yet issued."""

from services.customers.domain.api_key import (
    ApiKey,
    IssuedKey,
    NewKey,
    checked_expiry,
    checked_scopes,
    checked_secret,
    prefix_of,
)
from services.customers.domain.text import LABEL_MAX, line, optional_line
from shared.db.database import UnitOfWork
from shared.http.auth import SCOPES, hash_secret, new_secret
from shared.ids import new_id


def prepare_key(work: UnitOfWork, new_key: NewKey, secret: str | None = None) -> IssuedKey:
    """With a random secret, or with the given one. Raises Refused, SecretTooWeak."""
    checked = new_secret(live=new_key.live) if secret is None else checked_secret(secret)
    key = ApiKey(
        key_id=new_id(),
        version=1,
        kind=new_key.kind,
        client_id=new_key.client_id,
        label=line(new_key.label, "/label", LABEL_MAX),
        prefix=prefix_of(checked),
        secret_sha256=hash_secret(checked),
        scopes=checked_scopes(new_key.scopes, SCOPES[new_key.kind]),
        live=new_key.live,
        active=True,
        created_at=work.clock.now(),
        expires_at=checked_expiry(new_key.expires_at, work.clock.now()),
        holder=optional_line(new_key.holder, "/holder", LABEL_MAX),
    )
    return IssuedKey(key, checked)
