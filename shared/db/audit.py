"""Audit entries: who changed what through the API or the command line, written in the transaction of the change itself.

`audit_entry` is append-only. The rows of `audit_unshipped` say which entries have not been emitted yet: a queue, and no
cursor, since entries commit in another order than their ids.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.audit import AuditEntry
from shared.db.sql import run
from shared.ids import new_id
from shared.values import Actor

BATCH_BYTES = 1024 * 1024
"""Of the values before and after in one event: a broker takes 16 MiB at most."""


@dataclass(frozen=True)
class Author:
    """Who acts, and what they asked for. `action` is an operation of the API, or a command."""

    actor: Actor
    action: str
    key_id: UUID | None = None
    client_id: UUID | None = None
    """Whose data is changed, unless the change itself names a client; None for the bureau's own."""


@dataclass(frozen=True)
class Change:
    """What was changed. `resource` is a collection of the API: `customers`.

    `before` and `after` are the resource without its secrets; None where it did not exist, or is kept elsewhere.
    """

    resource: str
    resource_id: UUID | None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    client_id: UUID | None = None


@dataclass(frozen=True)
class Request:
    """The author of some changes, with the id and the time of the request."""

    author: Author
    request_id: str
    at: datetime


async def record(session: AsyncSession, request: Request, changes: Sequence[Change]) -> None:
    """Write an entry for each change, in one statement."""
    entries = json.dumps([_entry(request, change) for change in changes], default=str)
    await run(session, _RECORD, entries=entries)


async def take_unshipped(session: AsyncSession, limit: int) -> list[AuditEntry]:
    """Up to `limit` entries that have not been emitted, of about `BATCH_BYTES`, but at least one. They count as emitted
    when the transaction commits.

    Entries that another process is taking are passed over.
    """
    rows = (await run(session, _TAKE, limit=limit, max_bytes=BATCH_BYTES)).mappings()
    return [AuditEntry.model_validate(dict(row)) for row in rows]


def _entry(request: Request, change: Change) -> dict[str, Any]:
    author = request.author
    return {
        "entry_id": new_id(),
        "client_id": change.client_id or author.client_id,
        "recorded_at": request.at.isoformat(),
        "actor": author.actor,
        "key_id": author.key_id,
        "action": author.action,
        "resource": change.resource,
        "resource_id": change.resource_id,
        "before": change.before,
        "after": change.after,
        "request_id": request.request_id,
    }


_COLUMNS = "entry_id, client_id, recorded_at, actor, key_id, action, resource, resource_id, before, after, request_id"
_RECORD = sa.text(
    f"""
    with recorded as (
        insert into audit_entry ({_COLUMNS}) select {_COLUMNS} from jsonb_to_recordset(cast(:entries as jsonb)) as e (
            entry_id uuid, client_id uuid, recorded_at timestamptz, actor text, key_id uuid, action text,
            resource text, resource_id uuid, before jsonb, after jsonb, request_id text
        ) returning entry_id
    )
    insert into audit_unshipped (entry_id) select entry_id from recorded
    """  # noqa: S608  # names of our own columns
)
_TAKE = sa.text(
    f"""
    with due as (
        select entry_id from audit_unshipped order by entry_id limit :limit for update skip locked
    ), sized as (
        select entry_id, sum(coalesce(octet_length(before::text), 0) + coalesce(octet_length(after::text), 0))
            over (order by entry_id rows between unbounded preceding and 1 preceding) as bytes_before
        from due join audit_entry using (entry_id)
    ), taken as (
        delete from audit_unshipped where entry_id in (
            select entry_id from sized where coalesce(bytes_before, 0) < :max_bytes
        ) returning entry_id
    )
    select {_COLUMNS} from audit_entry join taken using (entry_id) order by entry_id
    """  # noqa: S608  # names of our own columns
)
