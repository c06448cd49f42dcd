"""Live means that the process answers. Ready means that consumers are attached and no message has waited too long."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.sql import run
from shared.observability.metrics import INBOX_STATE, OUTBOX_AGE
from shared.runtime import Runtime

router = APIRouter(tags=["operations"])
_WITHOUT_KEY: dict[str, Any] = {"security": []}


@dataclass(frozen=True)
class Pulse:
    """The state of a service's inbox and outbox; ages in seconds."""

    outbox_oldest_s: float
    inbox_oldest_s: float
    outbox_stuck: int
    waiting: int
    parked: int


@router.get("/health/live", summary="The process answers", openapi_extra=_WITHOUT_KEY)
async def live() -> dict[str, str]:
    return {"status": "live"}


@router.get(
    "/health/ready",
    summary="Consumers are attached and messages flow",
    responses={503: {"description": "Not ready; with the reason for each service."}},
    openapi_extra=_WITHOUT_KEY,
)
async def ready(request: Request) -> JSONResponse:
    states = {name: await _state(runtime) for name, runtime in request.app.state.runtimes.items()}
    all_ready = all(state["ready"] for state in states.values())
    return JSONResponse({"ready": all_ready, "services": states}, status_code=200 if all_ready else 503)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    for runtime in request.app.state.runtimes.values():
        await _state(runtime)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _state(runtime: Runtime[Any]) -> dict[str, Any]:
    try:
        pulse: Pulse = await runtime.database.read(_pulse)
    except Exception as error:
        return {"ready": False, "reason": f"database: {type(error).__name__}"}
    OUTBOX_AGE.labels(runtime.name).set(pulse.outbox_oldest_s)
    INBOX_STATE.labels(runtime.name, "waiting").set(pulse.waiting)
    INBOX_STATE.labels(runtime.name, "parked").set(pulse.parked)
    limit = runtime.settings.ready_max_age_s
    fresh = pulse.outbox_oldest_s < limit and pulse.inbox_oldest_s < limit
    attached = runtime.bus.attached()
    return {"ready": attached and fresh, "consumers_attached": attached, **vars(pulse)}


async def _pulse(session: AsyncSession) -> Pulse:
    row = (await run(session, _PULSE)).one()
    return Pulse(float(row.outbox_oldest), float(row.inbox_oldest), row.stuck, row.waiting, row.parked)


_PULSE = sa.text(
    """
    select
      (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) from outbox
        where published_at is null and stuck_reason is null) as outbox_oldest,
      (select count(*) from outbox where stuck_reason is not null and published_at is null) as stuck,
      (select coalesce(extract(epoch from clock_timestamp() - min(received_at)), 0) from inbox
        where state = 'waiting') as inbox_oldest,
      (select count(*) from inbox where state = 'waiting') as waiting,
      (select count(*) from inbox where state = 'parked') as parked
    """
)
