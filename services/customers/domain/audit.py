"""Audit entries of all services, chained by their hashes so that one that is changed or removed later is found."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from shared.values import Actor

FIRST_HASH: Final = "0" * 64
"""Stands before the first entry."""


@dataclass(frozen=True)
class LoggedEntry:
    """A change that a service recorded, and who made it. `client_id` is None for what is the bureau's own."""

    entry_id: UUID
    service: str
    client_id: UUID | None
    recorded_at: datetime
    actor: Actor
    key_id: UUID | None
    action: str
    resource: str
    resource_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str


@dataclass(frozen=True)
class ChainedEntry:
    """`position` counts from 1 over all clients."""

    entry: LoggedEntry
    position: int
    hash: str


def chained(entries: Iterable[LoggedEntry], after: tuple[int, str]) -> Iterator[ChainedEntry]:
    """The entries behind the one with this position and hash."""
    position, previous = after
    for entry in entries:
        position, previous = position + 1, hash_of(entry, previous)
        yield ChainedEntry(entry, position, previous)


def hash_of(entry: LoggedEntry, previous: str) -> str:
    """SHA-256 over the hash before it and the entry as JSON with sorted keys."""
    fields = vars(entry) | {"recorded_at": entry.recorded_at.astimezone(UTC).isoformat()}
    text = json.dumps(fields, default=str, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
