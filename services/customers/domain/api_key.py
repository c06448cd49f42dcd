"""A key to the API: who may call, for which client, to do what. Only the hash of its secret is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from services.customers.domain.checks import Checks
from services.customers.domain.errors import ScopesMissing, ScopeUnknown, SecretTooWeak
from shared.values import KeyKind

PREFIX_LENGTH: Final = 12
SECRET_MIN: Final = 32
SECRET_MAX: Final = 200


@dataclass(frozen=True)
class KeyOrder:
    """A key that is wanted. `client_id` is None for the keys of the bureau and of print shops."""

    kind: KeyKind
    client_id: UUID | None
    label: str
    scopes: tuple[str, ...]
    live: bool = True


@dataclass(frozen=True)
class ApiKey:
    """`prefix` is the start of the secret, by which its holder can tell keys apart."""

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

    def revoked(self, at: datetime) -> Self:
        return replace(self, version=self.version + 1, active=False, revoked_at=at)


@dataclass(frozen=True)
class IssuedKey:
    """A key at the one moment when its secret is known."""

    key: ApiKey
    secret: str = field(repr=False)


def checked_scopes(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The scopes in the order of the known ones, each once. Raises Refused."""
    checks = Checks()
    checks.that(bool(wanted), ScopesMissing(pointer="/scopes"))
    for place, scope in enumerate(wanted):
        refusal = ScopeUnknown(pointer=f"/scopes/{place}", scope=scope, known=", ".join(known))
        checks.that(scope in known, refusal)
    checks.settle()
    return tuple(scope for scope in known if scope in wanted)


def checked_secret(given: str) -> str:
    """A secret that someone else made up, long enough for a plain hash. Raises SecretTooWeak."""
    visible = all("!" <= character <= "~" for character in given)
    if not (visible and SECRET_MIN <= len(given) <= SECRET_MAX and len(set(given)) >= SECRET_MIN // 4):
        raise SecretTooWeak(min_length=SECRET_MIN, max_length=SECRET_MAX)
    return given


def prefix_of(secret: str) -> str:
    return secret[:PREFIX_LENGTH]
