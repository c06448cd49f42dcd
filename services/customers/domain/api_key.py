"""A key to the API: who may call, for which client, and with which scopes. Only the hash of its secret is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from services.customers.domain.checks import Checks
from services.customers.domain.errors import ExpiryPassed, ScopesMissing, ScopeUnknown, SecretTooWeak
from shared.approvals import UNATTENDED_IMPORT
from shared.values import KeyKind

PREFIX_LENGTH: Final = 12
SECRET_MIN: Final = 32
SECRET_MAX: Final = 200


@dataclass(frozen=True)
class NewKey:
    """A key to issue. `client_id` is None for the keys of the bureau and of print shops."""

    kind: KeyKind
    client_id: UUID | None
    label: str
    scopes: tuple[str, ...]
    live: bool = True
    expires_at: datetime | None = None
    holder: str | None = None
    """The person that it is for; None for a program."""

    @property
    def needs_second_person(self) -> bool:
        """Whether it could stand in for the second person, or make one unnecessary: a key of the bureau, one that a
        person holds, and one that bank files are imported with unseen."""
        return self.kind == "bureau" or self.holder is not None or UNATTENDED_IMPORT in self.scopes


@dataclass(frozen=True)
class ApiKey:
    """An issued key. `prefix` is the start of the secret, by which its holder can tell keys apart."""

    key_id: UUID
    version: int
    kind: KeyKind
    client_id: UUID | None
    label: str
    prefix: str
    secret_sha256: str
    scopes: tuple[str, ...]
    live: bool
    active: bool
    created_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    holder: str | None = None
    introduced_by: str | None = None
    """The person at whose request the holder got the key; None when it was made on the server."""
    last_used_at: datetime | None = None
    """By the minute, and up to a minute late."""

    def revoked(self, at: datetime) -> Self:
        return replace(self, version=self.version + 1, active=False, revoked_at=at)


@dataclass(frozen=True)
class IssuedKey:
    """A key at the one moment when its secret is known."""

    key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True)
class KeyChanges:
    """How many changes all keys have had up to a moment: the sum of their versions."""

    at: datetime
    count: int


def checked_scopes(scopes: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The scopes in the order of `known`, without repetitions. Raises Refused."""
    checks = Checks()
    checks.require(bool(scopes), ScopesMissing(pointer="/scopes"))
    for index, scope in enumerate(scopes):
        refusal = ScopeUnknown(pointer=f"/scopes/{index}", scope=scope, known=", ".join(known))
        checks.require(scope in known, refusal)
    checks.finish()
    return tuple(scope for scope in known if scope in scopes)


def checked_expiry(expires_at: datetime | None, now: datetime) -> datetime | None:
    """Raises ExpiryPassed."""
    if expires_at is not None and expires_at <= now:
        raise ExpiryPassed(pointer="/expires_at")
    return expires_at


def checked_secret(secret: str) -> str:
    """A secret of the caller's own, strong enough to be stored as a plain hash. Raises SecretTooWeak."""
    visible = all("!" <= character <= "~" for character in secret)
    if not (visible and SECRET_MIN <= len(secret) <= SECRET_MAX and len(set(secret)) >= SECRET_MIN // 4):
        raise SecretTooWeak(min_length=SECRET_MIN, max_length=SECRET_MAX)
    return secret


def prefix_of(secret: str) -> str:
    return secret[:PREFIX_LENGTH]
