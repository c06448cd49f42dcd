"""The print queue in the database: claimed with SKIP LOCKED, oldest first, fenced by claim number and token."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.delivery.domain.errors import PrintJobNotFound
from services.delivery.domain.print_job import PrintJob, PrintState
from services.delivery.domain.print_shop import Shop
from shared.db.bulk import as_json
from shared.db.sql import fetch, run

_COLUMNS = """p.print_job_id, p.client_id, p.delivery_id, p.state, p.claim_no, p.token, p.maybe_printed, p.sha256,
    p.size_bytes, p.pages, p.sheets, p.filename, p.created_at, p.posted_at, p.reason,
    coalesce(p.lease_until <= clock_timestamp(), false) as expired,
    greatest(coalesce(extract(epoch from p.lease_until - clock_timestamp()), 0), 0) as lease_s"""
_OF_SHOP = """(p.shop = :shop or (coalesce(p.shop <> all(cast(:shops as text[])), true)
        and (p.client_id = any(cast(:clients as uuid[]))) <> :all_but))"""
"""A letter is its claimer's; one that nobody has claimed, or only a shop that is no more, is its client's shop's."""


async def insert(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Queue letters, given as rows with the columns of a new job."""
    if rows:
        await run(session, _INSERT, rows=as_json(rows))


async def claim(session: AsyncSession, shop: Shop, key_id: UUID, *, limit: int, lease_s: float) -> list[PrintJob]:
    """The shop's oldest free jobs, each with a new claim number and its own token."""
    rows = await fetch(session, _CLAIM, **_names(shop), limit=limit, lease_s=lease_s, key_id=key_id)
    return sorted(map(_job, rows), key=lambda job: job.print_job_id)


async def get(session: AsyncSession, print_job_id: UUID, shop: Shop) -> PrintJob:
    """Raises PrintJobNotFound, also for another shop's job."""
    return await _existing(session, _GET, print_job_id, shop)


async def lock(session: AsyncSession, print_job_id: UUID, shop: Shop) -> PrintJob:
    """The job, locked for this transaction. Raises PrintJobNotFound, also for another shop's job."""
    return await _existing(session, _LOCK, print_job_id, shop)


async def _existing(session: AsyncSession, statement: sa.TextClause, print_job_id: UUID, shop: Shop) -> PrintJob:
    rows = await fetch(session, statement, print_job_id=print_job_id, **_names(shop))
    if not rows:
        raise PrintJobNotFound(print_job_id=print_job_id)
    return _job(rows[0])


async def requeue_expired(session: AsyncSession) -> list[PrintJob]:
    """Put claimed jobs whose lease is over back in the queue. Those whose PDF was fetched may have been
    printed, and stay with the shop that fetched it: only its journal says."""
    return [_job(row) for row in await fetch(session, _REQUEUE_EXPIRED)]


async def renew(session: AsyncSession, job: PrintJob, lease_s: float, max_s: float) -> PrintJob:
    return _job((await fetch(session, _RENEW, print_job_id=job.print_job_id, lease_s=lease_s, max_s=max_s))[0])


async def mark_fetched(session: AsyncSession, job: PrintJob) -> None:
    await run(session, _FETCHED, print_job_id=job.print_job_id)


async def mark_posted(session: AsyncSession, job: PrintJob, sha256: str, now: datetime) -> PrintJob:
    return _job((await fetch(session, _POSTED, print_job_id=job.print_job_id, sha256=sha256, now=now))[0])


async def put_back(session: AsyncSession, job: PrintJob, code: str, reason: str) -> PrintJob:
    return _job((await fetch(session, _PUT_BACK, print_job_id=job.print_job_id, code=code, reason=reason))[0])


async def close_rejected(session: AsyncSession, job: PrintJob, code: str, reason: str) -> PrintJob:
    return _job((await fetch(session, _REJECTED, print_job_id=job.print_job_id, code=code, reason=reason))[0])


async def page(
    session: AsyncSession, shop: Shop, state: PrintState | None, after: UUID | None, limit: int
) -> list[PrintJob]:
    """The shop's jobs, oldest first."""
    return [_job(row) for row in await fetch(session, _PAGE, **_names(shop), state=state, after=after, limit=limit)]


async def documents(session: AsyncSession, jobs: Sequence[PrintJob]) -> dict[UUID, Any]:
    """The document behind each job, by job id: its id, kind and number, and the names of seller and customer."""
    rows = await fetch(session, _DOCUMENTS, ids=[job.print_job_id for job in jobs])
    return {row.print_job_id: row for row in rows}


def _names(shop: Shop) -> dict[str, Any]:
    return {
        "shop": shop.name,
        "shops": list(shop.names),
        "clients": list(shop.clients),
        "all_but": shop.all_but,
    }


def _job(row: Any) -> PrintJob:
    return PrintJob(**{**row._asdict(), "lease_s": float(row.lease_s)})


_INSERT = sa.text(
    """
    insert into print_job (print_job_id, client_id, delivery_id, state, claim_no, maybe_printed, sha256, size_bytes,
        pages, sheets, filename, created_at)
    select x.print_job_id, x.client_id, x.delivery_id, 'queued', 0, false, x.sha256, x.size_bytes, x.pages, x.sheets,
        x.filename, x.created_at
    from json_to_recordset(cast(:rows as json)) as x(print_job_id uuid, client_id uuid, delivery_id uuid, sha256 text,
        size_bytes bigint, pages int, sheets int, filename text, created_at timestamptz)
    """
)
_CLAIM = sa.text(
    f"""
    update print_job p
    set state = 'claimed', claim_no = p.claim_no + 1, shop = :shop, claimed_by = :key_id,
        claimed_at = clock_timestamp(),
        token = (p.claim_no + 1) || '.' || replace(gen_random_uuid()::text, '-', ''), downloaded_at = null,
        lease_until = clock_timestamp() + make_interval(secs => :lease_s)
    from (
        select p.print_job_id from print_job p where p.state = 'queued' and {_OF_SHOP}
        order by p.print_job_id limit :limit for update skip locked
    ) free
    where p.print_job_id = free.print_job_id
    returning {_COLUMNS}
    """  # noqa: S608  # the columns are a constant
)
_GET = sa.text(f"select {_COLUMNS} from print_job p where p.print_job_id = :print_job_id and {_OF_SHOP}")  # noqa: S608  # the columns are a constant
_LOCK = sa.text(f"{_GET.text} for update")
_REQUEUE_EXPIRED = sa.text(
    f"""
    update print_job p
    set state = 'queued', lease_until = null, maybe_printed = p.maybe_printed or p.downloaded_at is not null,
        shop = case when p.maybe_printed or p.downloaded_at is not null then p.shop end
    from (
        select print_job_id from print_job where state = 'claimed' and lease_until <= clock_timestamp()
        order by lease_until limit 500 for update skip locked
    ) expired
    where p.print_job_id = expired.print_job_id
    returning {_COLUMNS}
    """  # noqa: S608  # the columns are a constant
)
_RENEW = sa.text(
    f"""
    update print_job p
    set lease_until = greatest(p.lease_until, least(clock_timestamp() + make_interval(secs => :lease_s),
        p.claimed_at + make_interval(secs => :max_s)))
    where p.print_job_id = :print_job_id returning {_COLUMNS}
    """  # noqa: S608  # the columns are a constant
)
_FETCHED = sa.text(
    "update print_job set downloaded_at = coalesce(downloaded_at, clock_timestamp()) where print_job_id = :print_job_id"
)
_POSTED = sa.text(
    f"""
    update print_job p set state = 'posted', posted_at = :now, posted_sha256 = :sha256, lease_until = null
    where p.print_job_id = :print_job_id returning {_COLUMNS}
    """  # noqa: S608  # the columns are a constant
)
_PUT_BACK = sa.text(
    f"""
    update print_job p set state = 'queued', lease_until = null, code = :code, reason = :reason,
        shop = case when p.maybe_printed then p.shop end
    where p.print_job_id = :print_job_id returning {_COLUMNS}
    """  # noqa: S608  # the columns are a constant
)
_REJECTED = sa.text(
    f"""
    update print_job p set state = 'rejected', lease_until = null, code = :code, reason = :reason
    where p.print_job_id = :print_job_id returning {_COLUMNS}
    """  # noqa: S608  # the columns are a constant
)
_PAGE = sa.text(
    f"""
    select {_COLUMNS} from print_job p
    where {_OF_SHOP}
      and (cast(:state as text) is null or p.state = cast(:state as text))
      and (cast(:after as uuid) is null or p.print_job_id > cast(:after as uuid))
    order by p.print_job_id limit :limit
    """  # noqa: S608  # the columns are a constant
)
_DOCUMENTS = sa.text(
    """
    select p.print_job_id, d.document_id, d.document->>'kind' as kind,
        (d.document->>'number')::bigint as number, d.seller->>'name' as seller_name,
        d.document->>'customer_name' as customer_name
    from print_job p join delivery d on d.client_id = p.client_id and d.delivery_id = p.delivery_id
    where p.print_job_id = any(cast(:ids as uuid[]))
    """
)
