"""Live means that the process answers. Ready means that its database answers, its consumers are attached and its relay
is at work. How long messages wait is a metric and never a reason to take a copy out of service."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.database import Database
from shared.db.sql import run
from shared.http import key_news
from shared.observability.metrics import ATTENTION, INBOX_AGE, INBOX_STATE, OUTBOX_AGE, OUTBOX_STATE
from shared.runtime import Runtime

router = APIRouter(tags=["operations"])
DATABASE_TIMEOUT_S = 5.0
_log = structlog.get_logger(__name__)
_WITHOUT_KEY: dict[str, Any] = {"security": []}


@router.get("/health/live", summary="The process answers", openapi_extra=_WITHOUT_KEY)
async def live() -> dict[str, str]:
    return {"status": "live"}


@router.get(
    "/health/ready",
    summary="The service can do its work",
    responses={503: {"description": "Not ready; with the reason for each service."}},
    openapi_extra=_WITHOUT_KEY,
)
async def ready(request: Request) -> JSONResponse:
    states = {name: await _readiness(runtime) for name, runtime in request.app.state.runtimes.items()}
    all_ready = all(all(state.values()) for state in states.values())
    return JSONResponse({"ready": all_ready, "services": states}, status_code=200 if all_ready else 503)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    for runtime in request.app.state.runtimes.values():
        with suppress(SQLAlchemyError, OSError):  # without its database a service still shows its counters
            await runtime.database.read(partial(_measure, runtime))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _readiness(runtime: Runtime[Any]) -> dict[str, bool]:
    return {
        "database_answers": await _answers(runtime.database),
        "consumers_attached": runtime.bus.attached(),
        "relay_beating": runtime.relay_beating(),
    }


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(DATABASE_TIMEOUT_S):
            await database.read(lambda session: run(session, _PING))
    except (SQLAlchemyError, OSError) as error:
        _log.warning("not_ready", error=type(error).__name__)
        return False
    return True


async def _measure(runtime: Runtime[Any], session: AsyncSession) -> None:
    service = runtime.name
    for kind, listing in runtime.service.attention.items():
        count = await run(session, _count(listing), now=runtime.clock.now())
        ATTENTION.labels(service, kind).set(count.scalar_one())
    row = (await run(session, MEASURES)).one()
    OUTBOX_AGE.labels(service).set(row.outbox_age_s)
    OUTBOX_STATE.labels(service, "backing off").set(row.backing_off)
    OUTBOX_STATE.labels(service, "stuck").set(row.stuck)
    INBOX_AGE.labels(service).set(row.inbox_age_s)
    INBOX_STATE.labels(service, "waiting").set(row.waiting)
    INBOX_STATE.labels(service, "parked").set(row.parked)
    await key_news.measure_age(service, session)


def _count(listing: str) -> sa.TextClause:
    return sa.text(f"select count(*) from ({listing}) as listed")  # noqa: S608  # our own statement


_PING = sa.text("select 1")
MEASURES = sa.text(
    """
    select
      coalesce(extract(epoch from clock_timestamp() - least(
        (select created_at from outbox
          where published_at is null and stuck_reason is null and next_attempt_at is null order by id limit 1),
        (select min(created_at) from outbox
          where published_at is null and stuck_reason is null and next_attempt_at is not null)
      )), 0)::float8 as outbox_age_s,
      (select count(*) from outbox
        where published_at is null and stuck_reason is null and next_attempt_at is not null) as backing_off,
      (select count(*) from outbox where published_at is null and stuck_reason is not null) as stuck,
      coalesce(extract(epoch from clock_timestamp() -
        (select received_at from inbox where state = 'waiting' order by seq limit 1)), 0)::float8 as inbox_age_s,
      (select count(*) from inbox where state = 'waiting') as waiting,
      (select count(*) from inbox where state = 'parked') as parked
    """
)
"""Each part reads a partial index of unfinished rows only, never the table."""
