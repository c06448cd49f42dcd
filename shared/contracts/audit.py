"""The audit as every service publishes it, each in an event of its own: entries in batches, and when keys were used."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.envelope import Event
from shared.values import Actor, Value


class AuditEntry(Value):
    """A change, and who made it."""

    entry_id: UUID
    client_id: UUID | None
    """Whose data was changed; null for the bureau's own."""
    recorded_at: AwareDatetime
    actor: Actor
    key_id: UUID | None
    action: str
    """An operation of the API as in its OpenAPI document (`PUT /v1/customers/{customer_id}`), or a command."""
    resource: str
    """A collection of the API."""
    resource_id: UUID | None
    before: dict[str, Any] | None
    """Without secrets; null where it did not exist, or is kept unchanged elsewhere."""
    after: dict[str, Any] | None
    request_id: str
    """The correlation id of the request."""


class KeyUse(Value):
    key_id: UUID
    last_used_at: AwareDatetime
    """By the minute."""


class AuditBatch(Event):
    """Belongs to no client, since it holds the entries of many. The order of batches does not matter."""

    client_id: None = None
    batch_id: UUID
    entries: tuple[AuditEntry, ...] = ()
    keys_used: tuple[KeyUse, ...] = ()

    def subject(self) -> UUID:
        return self.batch_id
