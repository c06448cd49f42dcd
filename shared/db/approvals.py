"""The table of approvals, in the services that have any, and its queries. A decided row never changes again: a trigger
keeps the history."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.approvals import (
    APPROVAL_STATES,
    Approval,
    ApprovalNotFound,
    Person,
    Requested,
    RequesterRevoked,
    ShownState,
)
from shared.db.base import one_of
from shared.db.sql import fetch, run

ATTENTION = {
    "waiting approval": """
        select approval_id as id, requested_at as since, kind || ', requested by ' || requested_holder as reason
        from approval where state = 'waiting' and expires_at > :now
    """
}
"""For `Service.attention`: without those that have expired."""


def add_approval_table(metadata: sa.MetaData) -> None:
    moment = sa.DateTime(timezone=True)
    sa.Table(
        "approval",
        metadata,
        sa.Column("approval_id", sa.Uuid, primary_key=True),
        sa.Column("client_id", sa.Uuid),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("before", postgresql.JSONB, nullable=False),
        sa.Column("after", postgresql.JSONB, nullable=False),
        sa.Column("sealed", postgresql.JSONB, nullable=False),
        sa.Column("requested_key_id", sa.Uuid, nullable=False),
        sa.Column("requested_holder", sa.Text, nullable=False),
        sa.Column("requested_root", sa.Text, nullable=False),
        sa.Column("requested_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_key_id", sa.Uuid),
        sa.Column("decided_holder", sa.Text),
        sa.Column("decided_root", sa.Text),
        sa.Column("decided_at", moment),
        sa.Column("reason", sa.Text),
        sa.Column("result_id", sa.Uuid),
        one_of("state", APPROVAL_STATES, "state"),
        sa.CheckConstraint("(state = 'waiting') = (decided_at is null)", name="decided"),
        sa.CheckConstraint(
            "state <> 'approved' or (decided_key_id <> requested_key_id "
            "and decided_holder is not null and decided_root is not null "
            "and lower(decided_holder) <> lower(requested_holder) and lower(decided_root) <> lower(requested_root) "
            "and result_id is not null)",
            name="second_person",
        ),
        sa.Index("ix_approval_waiting", "expires_at", postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_approval_client_id", "client_id", "approval_id"),
    )


async def add(session: AsyncSession, approval: Approval) -> None:
    await run(session, _ADD, **_row(approval))


async def lock(session: AsyncSession, approval_id: UUID) -> Approval:
    """Locked until the transaction ends. Raises ApprovalNotFound."""
    return await _one(session, _LOCK, approval_id)


async def lock_approvable(session: AsyncSession, approval_id: UUID, by: Person, now: datetime) -> Approval:
    """Locked, to be approved by this person. Raises ApprovalNotFound, KeyWithoutHolder, SecondPersonNeeded,
    ApprovalDecided, ApprovalExpired, RequesterRevoked."""
    approval = await lock(session, approval_id)
    approval.check_approvable(by, now)
    if not await session.scalar(_KEY_IS_VALID, {"key_id": approval.requested.by.key_id, "now": now}):
        raise RequesterRevoked
    return approval


async def reject(session: AsyncSession, approval_id: UUID, by: Person, now: datetime, reason: str) -> Approval:
    """Reject what was requested, or withdraw it. Raises ApprovalNotFound, ApprovalDecided, ApprovalExpired."""
    rejected = (await lock(session, approval_id)).rejected(by, now, reason)
    await save_decided(session, rejected)
    return rejected


async def get(session: AsyncSession, approval_id: UUID) -> Approval:
    """Raises ApprovalNotFound."""
    return await _one(session, _GET, approval_id)


async def fetch_page(
    session: AsyncSession, state: ShownState | None, now: datetime, after: UUID | None, limit: int
) -> list[Approval]:
    """In the order of the requests."""
    rows = await fetch(session, _PAGE, state=state, now=now, after=after, limit=limit)
    return [_approval(row) for row in rows]


async def save_decided(session: AsyncSession, approval: Approval) -> None:
    await run(session, _DECIDE, **_row(approval))


_COLUMNS = (
    "approval_id, client_id, kind, before, after, sealed, requested_key_id, requested_holder, requested_root, "
    "requested_at, expires_at, state, decided_key_id, decided_holder, decided_root, decided_at, reason, result_id"
)
_SELECT = f"select {_COLUMNS} from approval"  # noqa: S608  # our own names
_JSON = {name: sa.bindparam(name, type_=postgresql.JSONB) for name in ("before", "after", "sealed")}
_ADD = sa.text(
    f"insert into approval ({_COLUMNS}) values ({', '.join(f':{name}' for name in _COLUMNS.split(', '))})"  # noqa: S608
).bindparams(*_JSON.values())
_GET = sa.text(f"{_SELECT} where approval_id = :approval_id")
_LOCK = sa.text(f"{_SELECT} where approval_id = :approval_id for update")
_STATE = "case when state = 'waiting' and expires_at <= :now then 'expired' else state end"
_PAGE = sa.text(
    f"{_SELECT} where (cast(:state as text) is null or {_STATE} = :state) "
    "and (cast(:after as uuid) is null or approval_id > :after) order by approval_id limit :limit"
)
_DECIDE = sa.text(
    "update approval set state = :state, decided_key_id = :decided_key_id, decided_holder = :decided_holder, "
    "decided_root = :decided_root, "
    "decided_at = :decided_at, reason = :reason, result_id = :result_id where approval_id = :approval_id"
)
_KEY_IS_VALID = sa.text(
    "select 1 from api_key where key_id = :key_id and active and (expires_at is null or expires_at > :now)"
)


async def _one(session: AsyncSession, query: sa.TextClause, approval_id: UUID) -> Approval:
    rows = await fetch(session, query, approval_id=approval_id)
    if not rows:
        raise ApprovalNotFound(approval_id=approval_id)
    return _approval(rows[0])


def _row(approval: Approval) -> dict[str, Any]:
    requested, decided_by = approval.requested, approval.decided_by
    names = ("approval_id", "client_id", "kind", "state", "decided_at", "reason", "result_id")
    return {name: getattr(approval, name) for name in names} | {
        "before": dict(approval.before),
        "after": dict(approval.after),
        "sealed": dict(approval.sealed),
        "requested_key_id": requested.by.key_id,
        "requested_holder": requested.by.holder,
        "requested_root": requested.by.root,
        "requested_at": requested.at,
        "expires_at": requested.expires_at,
        "decided_key_id": decided_by.key_id if decided_by else None,
        "decided_holder": decided_by.holder if decided_by else None,
        "decided_root": decided_by.root if decided_by else None,
    }


def _requester(row: sa.Row[Any]) -> Person:
    return Person(row.requested_key_id, row.requested_holder, row.requested_root)


def _decider(row: sa.Row[Any]) -> Person | None:
    if row.decided_key_id is None:
        return None
    return Person(row.decided_key_id, row.decided_holder, row.decided_root)


def _approval(row: sa.Row[Any]) -> Approval:
    return Approval(
        approval_id=row.approval_id,
        client_id=row.client_id,
        kind=row.kind,
        before=row.before,
        after=row.after,
        requested=Requested(_requester(row), row.requested_at, row.expires_at),
        sealed=row.sealed,
        state=row.state,
        decided_by=_decider(row),
        decided_at=row.decided_at,
        reason=row.reason,
        result_id=row.result_id,
    )
