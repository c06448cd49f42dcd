"""A copy is ready when it can work; how long messages wait is measured, and costs no scan of a table."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response

from shared.db import retention
from shared.http.health import MEASURES
from shared.messaging import inbox, outbox
from tests.support.eventually import eventually
from tests.support.postgres import TestPostgres
from tests.support.service import ServiceUnderTest, StartService
from tests.support.toy import make_database, toy_name

ROWS = 1_000_000
OLD_MESSAGE = """
    insert into inbox (consumer, message_id, state, next_attempt_at, received_at)
    values ('payments.any', gen_random_uuid(), 'waiting', now() + interval '6 hours', now() - interval '5 hours')
"""


@pytest.fixture
async def payments(start: StartService) -> ServiceUnderTest:
    return await start("payments")


async def _readiness(service: ServiceUnderTest) -> Response:
    return await service.http.get("/health/ready")


async def test_a_message_that_waits_for_hours_takes_no_copy_out_of_service(payments: ServiceUnderTest) -> None:
    await payments.rows(OLD_MESSAGE)

    assert (await _readiness(payments)).status_code == 200
    assert await payments.metric('faktura_inbox_oldest_seconds{service="payments"}') >= 5 * 3600


async def test_a_copy_whose_relay_has_ended_is_not_ready_and_says_so(payments: ServiceUnderTest) -> None:
    payments.runtime._relay.stop()
    await eventually(payments.runtime._relaying.done)

    answer = await _readiness(payments)

    assert answer.status_code == 503
    state = answer.json()["services"]["payments"]
    assert state == {"database_answers": True, "consumers_attached": True, "relay_beating": False}


@pytest.fixture(scope="module")
def large(postgres: TestPostgres) -> Iterator[sa.Connection]:
    """A database with a million events published and a million messages handled, a few of each unfinished."""
    name = toy_name()
    engine = sa.create_engine(make_database(postgres, name), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in FILL:
            connection.execute(sa.text(statement), {"rows": ROWS})
        yield connection
    engine.dispose()
    postgres.drop(name)


FILL = (
    """
    insert into outbox (event_id, type, key, body, published_at, next_attempt_at, stuck_reason)
    select cast(lpad(to_hex(n), 32, '0') as uuid), 'any', cast(lpad(to_hex(n), 32, '0') as uuid), '{}',
           case when n % 100000 > 2 then now() end,
           case when n % 100000 = 1 then now() end, case when n % 100000 = 2 then 'any' end
    from generate_series(1, :rows) as n
    """,
    """
    insert into inbox (consumer, message_id, key, state, next_attempt_at)
    select 'any.' || n / 100000, cast(lpad(to_hex(n), 32, '0') as uuid), cast(lpad(to_hex(n), 32, '0') as uuid),
           case n % 100000 when 0 then 'waiting' when 1 then 'parked' else 'handled' end, now()
    from generate_series(1, :rows) as n
    """,
    """
    insert into idempotency (client_id, key, fingerprint, status)
    select gen_random_uuid(), n::text, '', case when n % 1000 > 0 then 201 end from generate_series(1, :rows) as n
    """,
    "vacuum analyze idempotency",
    "vacuum analyze outbox",
    "vacuum analyze inbox",
)

RELAY: dict[str, Any] = {"limit": 200, "limit_again": 50, "in_flight": []}
ONE = {"event_id": None, "limit": 1000}
OLD_IDS = {"after": UUID(int=0), "before": UUID(int=1 << 120), "batch": retention.BATCH}
OLD_TIMES = {"after": "1970-01-01", "before": "2000-01-01", "batch": retention.BATCH}
HOT: dict[str, tuple[sa.TextClause, dict[str, Any]]] = {
    "metrics": (MEASURES, {}),
    "relay": (outbox._NEXT, RELAY),
    "marks": (outbox._MARK, {"ids": [1, 2, 3]}),
    "back-off": (outbox._BACK_OFF, {"ids": [1], "reasons": [None], "pauses": [1.0], "stuck_after": 5}),
    "stuck events": (outbox._STUCK, ONE),
    "messages due": (inbox._DUE, {"consumer": "any.0", "now": "2100-01-01", "limit": 20}),
    "consumers due": (inbox._CONSUMERS_DUE, {"now": "2100-01-01"}),
    "consumers to prune": (retention._CONSUMERS, {}),
    "old events": (retention._DELETE_EVENTS, OLD_IDS),
    "old messages": (retention._DELETE_MESSAGES, OLD_IDS | {"consumer": "any.0"}),
    "old untimed messages": (retention._DELETE_UNTIMED, OLD_TIMES),
    "discarded bodies": (retention._EMPTY_DISCARDED, OLD_TIMES),
    "old idempotency keys": (retention._DELETE_KEYS, OLD_TIMES),
}


@pytest.mark.slow
@pytest.mark.timeout(300)  # the two million rows, on a busy machine
@pytest.mark.parametrize("name", HOT)
def test_what_runs_all_the_time_scans_no_table_of_a_million_rows(large: sa.Connection, name: str) -> None:
    statement, values = HOT[name]

    plan = large.execute(sa.text(f"explain (format json) {statement.text}"), values).scalar_one()

    nodes = [node["Node Type"] for node in _nodes(plan[0]["Plan"])]
    assert "Seq Scan" not in nodes, json.dumps(plan, indent=1)


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", ()) for node in _nodes(part))]
