"""API keys, checked against this service's own copy. A key is shown once and stored only as a hash.

A client's key works for that client. A bureau key works for the client named in the header `Faktura-Client`.
"""

import hashlib
import re
import secrets
import zlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog
from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.customers import ApiKeyChanged
from shared.db.database import Database, UnitOfWork
from shared.db.snapshots import upsert_newer
from shared.db.sql import run
from shared.http.key_news import NEWS_AGE_S
from shared.http.own_writes import until_known
from shared.http.problems import Problem
from shared.problems import DomainError, NotYetKnown, Refusal
from shared.values import KeyKind

_log = structlog.get_logger(__name__)
CLIENT_HEADER = "Faktura-Client"
FULL_SCOPES: dict[KeyKind, tuple[str, ...]] = {
    "bureau": ("bureau", "customers", "documents", "payments", "ledger", "delivery", "audit"),
    "client": ("customers", "documents", "payments", "ledger", "delivery", "audit"),
    "print_shop": ("print",),
}
"""Each grants everything in its area."""
_PARTS: dict[str, tuple[str, ...]] = {
    "bureau": ("bureau:read", "bureau:approve"),
    "customers": ("customers:read",),
    "documents": ("documents:read",),
    "payments": ("payments:read", "payments:import", "payments:approve", "payments:match", "payments:hold"),
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
KEY_NEWS_STALE = Refusal(
    503,
    "key-news-stale",
    "Tjenesten har ikke fått nytt om API-nøklene på en stund, og tar derfor ikke imot noen. Prøv igjen om litt.",
    "The service has had no news of the API keys for a while, so it accepts none. Try again shortly.",
    retryable=True,
)
_RETRY_AFTER = {"Retry-After": "60"}
FRESH_NEWS_S = 150.0
"""News comes each minute. When it is older, an unknown key may be one that was just made."""
_SECRET = re.compile(r"fs_(?:live|test)_[A-Za-z0-9_-]{49}")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="faktura"'}


class _KeyNotYetKnown(NotYetKnown):
    """No such key here, or none yet."""


class ImpossibleKey(DomainError):
    """An event about a key that the API could never have issued; its message is parked."""


@dataclass(frozen=True)
class Principal:
    """The caller, and the client that the call is for."""

    key_id: UUID
    kind: KeyKind
    client_id: UUID | None
    scopes: frozenset[str]
    holder: str | None = None
    """The person that the key was issued to."""
    introduced_by: str | None = None
    """The person at whose request that was."""

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


@dataclass(frozen=True)
class KeyNews:
    """Up to what age the news of the keys is relied on, and how long a call waits for that of its key; in seconds."""

    max_age_s: float
    wait_s: float


def new_secret(*, live: bool) -> str:
    """256 random bits after a prefix that secret scanners can recognise, with a checksum in the last six characters."""
    secret = f"fs_{'live' if live else 'test'}_{secrets.token_urlsafe(32)}"
    return secret + _checksum(secret)


def _is_one_of_ours(secret: str) -> bool:
    """Whether the checksum is right, so that it is no typing error and a key that was just made may still come."""
    return _SECRET.fullmatch(secret) is not None and _checksum(secret[:-6]) == secret[-6:]


def _checksum(text: str) -> str:
    return urlsafe_b64encode(zlib.crc32(text.encode()).to_bytes(4)).decode().rstrip("=")


def hash_secret(secret: str) -> str:
    """SHA-256 suffices for a secret with this much entropy (ASVS 6.5.2)."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def keep_key(work: UnitOfWork, event: ApiKeyChanged) -> None:
    """Update this service's copy of a key; an older snapshot never replaces a newer one.

    Raises ImpossibleKey: a key belongs to a client exactly when its kind is `client`, has only scopes of its kind, and
    never changes kind or client. The scopes of a revoked key do not matter: it grants nothing.
    """
    foreign = set(event.scopes) - set(SCOPES[event.kind]) if event.active else set()
    if foreign or (event.kind == "client") != (event.client_id is not None):
        raise ImpossibleKey(kind=event.kind, client_id=event.client_id, foreign_scopes=sorted(foreign))
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
        holder=event.holder,
        introduced_by=event.introduced_by,
    )
    stored = (await run(work.session, _STORED, key_id=event.key_id)).one()
    if (stored.kind, stored.client_id) != (event.kind, event.client_id):
        raise ImpossibleKey(kind=event.kind, client_id=event.client_id, but_it_has=f"{stored.kind}, {stored.client_id}")


async def key_changed(work: UnitOfWork, _tools: object, event: ApiKeyChanged) -> None:
    """The handler that every service subscribes with."""
    await keep_key(work, event)


async def authenticate(request: Request, database: Database, news: KeyNews) -> Principal:
    """The principal of the request's key; a Problem with status 401 when there is none, with 503 when the key may have
    been made or revoked without news of it."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Problem(NO_KEY, headers=_CHALLENGE)
    principal, news_age_s = await _look_up(database, secret.strip(), news.wait_s)
    request.state.key_id = principal.key_id
    if news_age_s > news.max_age_s:
        _log.warning("key_news_stale", key_id=str(principal.key_id), age_s=round(news_age_s))
        raise Problem(KEY_NEWS_STALE, headers=_RETRY_AFTER)
    database.key_uses.note(principal.key_id, database.clock.now())
    if principal.kind != "bureau":
        return principal
    return replace(principal, client_id=_named_client(request))


async def _look_up(database: Database, secret: str, wait_s: float) -> tuple[Principal, float]:
    """The principal and the age of the news. Waits for a key that may just have been made."""

    async def attempt() -> tuple[Principal, float]:
        known: tuple[Principal, float] | None = await database.read(
            lambda session: _find(session, hash_secret(secret), database.clock.now())
        )
        if known is None:
            raise _KeyNotYetKnown
        return known

    try:
        return await until_known(attempt, wait_s if _is_one_of_ours(secret) else 0.0)
    except _KeyNotYetKnown:
        raise await _unknown(database, wait_s) from None


async def _unknown(database: Database, wait_s: float) -> Problem:
    """Why there is no such key here: it is none, or the news of it does not come through."""
    news_age_s = await database.read(lambda session: session.scalar(_NEWS_AGE))
    if wait_s and (news_age_s or 0.0) > FRESH_NEWS_S:
        return Problem(KEY_NEWS_STALE, headers=_RETRY_AFTER)
    return Problem(BAD_KEY, headers=_CHALLENGE)


def _named_client(request: Request) -> UUID | None:
    client_id = request.headers.get(CLIENT_HEADER)
    if client_id is None:
        return None
    try:
        return UUID(client_id)
    except ValueError:
        raise Problem(NO_CLIENT) from None


async def _find(session: AsyncSession, secret_sha256: str, now: datetime) -> tuple[Principal, float] | None:
    """With the age of the news of the keys. Raises a Problem with status 401 for a key that is revoked or expired."""
    row = (await run(session, _FIND, hash=secret_sha256, now=now)).first()
    if row is None:
        return None
    if not row.in_force:
        raise Problem(BAD_KEY, headers=_CHALLENGE)
    principal = Principal(row.key_id, row.kind, row.client_id, frozenset(row.scopes), row.holder, row.introduced_by)
    return principal, row.news_age_s or 0.0


_FIND = sa.text(
    "select key_id, kind, client_id, scopes, holder, introduced_by, "  # noqa: S608  # our own constant
    f"active and (expires_at is null or expires_at > :now) as in_force, {NEWS_AGE_S} as news_age_s "
    "from api_key where secret_sha256 = :hash"
)
_NEWS_AGE = sa.text(f"select {NEWS_AGE_S}")
_STORED = sa.text("select kind, client_id from api_key where key_id = :key_id")
_UPSERT = upsert_newer(
    "api_key",
    keys=("key_id",),
    changing=("secret_sha256", "scopes", "active", "expires_at", "holder", "introduced_by"),
    fixed=("client_id", "kind"),
)
