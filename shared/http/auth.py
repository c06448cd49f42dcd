"""API keys, checked against this service's own copy. A key is shown once and stored only as a hash.

A client's key works for that client. A bureau key works for the client named in the header `Faktura-Client`.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.customers import ApiKeyChanged
from shared.db.database import Database, UnitOfWork
from shared.db.snapshots import upsert_newer
from shared.db.sql import run
from shared.http.problems import Problem
from shared.problems import Refusal
from shared.values import KeyKind

CLIENT_HEADER = "Faktura-Client"
FULL_SCOPES: dict[KeyKind, tuple[str, ...]] = {
    "bureau": ("bureau", "customers", "documents", "payments", "ledger", "delivery", "audit"),
    "client": ("customers", "documents", "payments", "ledger", "delivery", "audit"),
    "print_shop": ("print",),
}
"""Each grants everything in its area."""
_PARTS: dict[str, tuple[str, ...]] = {
    "bureau": ("bureau:read",),
    "customers": ("customers:read",),
    "documents": ("documents:read",),
    "payments": ("payments:read", "payments:import"),
    "ledger": ("ledger:read",),
    "delivery": ("delivery:read",),
    "audit": ("audit:read",),
}
"""What a key may be limited to within an area."""
SCOPES: dict[KeyKind, tuple[str, ...]] = {
    kind: (*full, *(part for scope in full for part in _PARTS.get(scope, ()))) for kind, full in FULL_SCOPES.items()
}
"""Every scope that a key of this kind may have."""

NO_KEY = Refusal(
    401, "no-key", "Send API-nøkkelen som «Authorization: Bearer …».", "Send the API key as `Authorization: Bearer …`."
)
BAD_KEY = Refusal(401, "unknown-key", "API-nøkkelen gjelder ikke.", "The API key is not valid.")
NO_SCOPE = Refusal(
    403, "missing-scope", "Nøkkelen gir ikke tilgang til «{scope}».", "The key does not grant `{scope}`."
)
NO_CLIENT = Refusal(
    400,
    "no-client-named",
    "En byrånøkkel må navngi klienten i «Faktura-Client».",
    "A bureau key must name the client in `Faktura-Client`.",
)
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="faktura"'}


@dataclass(frozen=True)
class Principal:
    """The caller, and the client that the call is for."""

    key_id: UUID
    kind: KeyKind
    client_id: UUID | None
    scopes: frozenset[str]

    def require(self, scope: str) -> None:
        """Raises a Problem with status 403 unless the key has the scope, or the full scope that it is a part of."""
        if self.scopes.isdisjoint({scope, scope.partition(":")[0]}):
            raise Problem(NO_SCOPE, scope=scope)

    def client(self) -> UUID:
        if self.client_id is None:
            raise Problem(NO_CLIENT)
        return self.client_id


def required_scope(scope: str, method: str) -> str:
    """The scope that a call with this method needs: to read, the part `:read` suffices where there is one."""
    read = f"{scope}:read"
    return read if method in {"GET", "HEAD"} and read in _PARTS.get(scope, ()) else scope


def new_secret(*, live: bool) -> str:
    """256 random bits after a prefix that secret scanners can recognise."""
    return f"fs_{'live' if live else 'test'}_{secrets.token_urlsafe(32)}"


def hash_secret(secret: str) -> str:
    """SHA-256 suffices for a secret with this much entropy (ASVS 6.5.2)."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def keep_key(work: UnitOfWork, event: ApiKeyChanged) -> None:
    """Update this service's copy of a key; an older snapshot never replaces a newer one."""
    await run(
        work.session,
        _UPSERT,
        key_id=event.key_id,
        version=event.version,
        client_id=event.client_id,
        kind=event.kind,
        secret_sha256=event.secret_sha256,
        scopes=list(event.scopes),
        active=event.active,
        expires_at=event.expires_at,
    )


async def key_changed(work: UnitOfWork, _tools: object, event: ApiKeyChanged) -> None:
    """The handler that every service subscribes with."""
    await keep_key(work, event)


async def authenticate(request: Request, database: Database) -> Principal:
    """The principal of the request's key; a Problem with status 401 when there is none."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Problem(NO_KEY, headers=_CHALLENGE)
    secret_sha256, now = hash_secret(secret.strip()), database.clock.now()
    principal: Principal | None = await database.read(lambda session: _find(session, secret_sha256, now))
    if principal is None:
        raise Problem(BAD_KEY, headers=_CHALLENGE)
    request.state.key_id = principal.key_id
    database.key_uses.note(principal.key_id, now)
    if principal.kind != "bureau":
        return principal
    return Principal(principal.key_id, principal.kind, _named_client(request), principal.scopes)


def _named_client(request: Request) -> UUID | None:
    client_id = request.headers.get(CLIENT_HEADER)
    if client_id is None:
        return None
    try:
        return UUID(client_id)
    except ValueError:
        raise Problem(NO_CLIENT) from None


async def _find(session: AsyncSession, secret_sha256: str, now: datetime) -> Principal | None:
    row = (await run(session, _FIND, hash=secret_sha256, now=now)).first()
    if row is None:
        return None
    return Principal(row.key_id, row.kind, row.client_id, frozenset(row.scopes))


_FIND = sa.text(
    "select key_id, kind, client_id, scopes from api_key "
    "where secret_sha256 = :hash and active and (expires_at is null or expires_at > :now)"
)
_UPSERT = upsert_newer(
    "api_key",
    keys=("key_id",),
    changing=("secret_sha256", "scopes", "active", "expires_at"),
    fixed=("client_id", "kind"),
)
