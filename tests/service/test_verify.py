"""`verify` finds what is lost in a long history, in memory that does not grow with it."""

import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cli.databases import opened
from cli.received import WINDOW, received
from cli.reconciliations import Reconciliation, Same, SameKeys, judge_all
from cli.records import Records
from cli.transit import Transit
from services.system import ServiceSpec, service_spec
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import Cause, Database
from shared.db.sql import run
from tests.support.postgres import TestPostgres

EVENTS = 150_000
MIB = 1 << 20
PAIR = (service_spec("documents"), service_spec("rendering"))
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
AFTERWARDS = FIRST + timedelta(days=30)
CONSUMER = f"rendering.{DocumentConfirmed.TYPE}"
# A version 7 id for each number: one a second from 2026 on, the rest from a hash of the number.
_ID = (
    "overlay(overlay(md5(n::text) placing '7' from 13) "
    "placing lpad(to_hex(1767225600000 + n * 1000), 12, '0') from 1)::uuid"
)
Databases = dict[str, Database]
Peak = tuple[Any, int]


@pytest.fixture
async def pair(postgres: TestPostgres) -> AsyncIterator[Databases]:
    """The databases of two services, the second of which subscribes to the first."""
    async with AsyncExitStack() as stack:
        databases = {}
        for spec in PAIR:
            fresh = postgres.fresh(spec.name)
            stack.callback(fresh.drop)
            database = opened(spec.name, fresh.settings(Path("/nowhere")), "test")
            databases[spec.name] = await stack.enter_async_context(database)
        yield databases


@pytest.fixture
async def history(pair: Databases) -> Databases:
    """All that the first has published, the second has received."""
    ids = f"(select {_ID} as id from generate_series(1, {EVENTS}) as n) as event"
    await _execute(
        pair["documents"],
        "insert into outbox (event_id, type, key, body, published_at) "
        f"select id, '{DocumentConfirmed.TYPE}', id, '{{}}', now() from {ids}",
    )
    await _execute(
        pair["rendering"],
        f"insert into inbox (consumer, message_id, key, state) select '{CONSUMER}', id, id, 'handled' from {ids}",
    )
    return pair


async def _execute(database: Database, statement: str) -> None:
    async with database.unit(Cause("test")) as work:
        await run(work.session, sa.text(statement))


async def _peak(work: Callable[[], Awaitable[Any]]) -> Peak:
    """The result, and the most memory that was in use for it, in bytes."""
    await work()  # what is loaded or compiled the first time
    tracemalloc.start()
    try:
        return await work(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def _missing(databases: Databases, system: tuple[ServiceSpec, ...] = PAIR) -> list[str]:
    return [line for finding in await received(databases, system, AFTERWARDS) for line in finding.broken]


async def test_what_was_published_and_received_is_compared_in_little_memory(history: Databases) -> None:
    missing, peak = await _peak(lambda: _missing(history))
    assert missing == []
    assert peak < 2 * MIB


async def test_a_lost_event_is_named(history: Databases) -> None:
    """One in the middle, and the last one of all; what was received and never published is nobody's loss."""
    these = f"select {_ID} as id from unnest(array[{WINDOW + 17}, {EVENTS}]) as n"
    ids = await _column(history["documents"], these)
    await _execute(
        history["rendering"], f"update inbox set message_id = gen_random_uuid() where message_id in ({these})"
    )
    lost, peak = await _peak(lambda: _missing(history))
    assert lost == [f"{CONSUMER}: {event_id}" for event_id in ids]
    assert peak < 16 * MIB


async def test_what_retention_may_have_deleted_is_not_missed(history: Databases) -> None:
    await _execute(history["rendering"], "delete from inbox")
    assert len(await _missing(history)) == 1000
    in_the_end = "insert into retention_mark values ('inbox', to_timestamp(1767225600 + {}))"

    await _execute(history["rendering"], in_the_end.format(EVENTS - 10))

    assert len(await _missing(history)) == 11


async def _column(database: Database, statement: str) -> list[Any]:
    async with database.unit(Cause("test")) as work:
        return list((await run(work.session, sa.text(statement))).scalars())


def _numbers(last: int, *, without: int = 0, value: str = "n") -> str:
    return f"select n::text as key, ({value})::text as value from generate_series(1, {last}) as n where n <> {without}"


def _records(pair: Databases, left: str, right: str, more: str = _numbers(0)) -> Records:
    queries = {("documents", "left"): left, ("rendering", "right"): right, ("rendering", "more"): more}
    return Records(pair, queries)


async def _differences(check: Reconciliation, records: Records) -> list[str]:
    """The lines of all that differs while nothing is under way."""
    return (await judge_all(check, records, Transit({}, (), {}, AFTERWARDS))).broken


SAME = Same("same", "any", ("documents", "left"), ("rendering", "right"))
SAME_KEYS = SameKeys("same keys", "any", ("documents", "left"), (("rendering", "right"), ("rendering", "more")))


async def test_records_that_agree_are_compared_in_little_memory(pair: Databases) -> None:
    records = _records(pair, _numbers(EVENTS), _numbers(EVENTS))
    differences, peak = await _peak(lambda: _differences(SAME, records))
    assert differences == []
    assert peak < 8 * MIB


async def test_the_one_record_that_differs_is_named_in_little_memory(pair: Databases) -> None:
    records = _records(pair, _numbers(EVENTS), _numbers(EVENTS, without=7, value="case n when 4711 then 0 else n end"))
    differences, peak = await _peak(lambda: _differences(SAME, records))
    assert differences == [
        "4711: documents has 4711, rendering has 0",
        "7: documents has 7, rendering has nothing",
    ]
    assert peak < 8 * MIB


async def test_a_thousand_of_many_differences_are_listed_in_little_memory(pair: Databases) -> None:
    records = _records(pair, _numbers(EVENTS), _numbers(EVENTS, value="-n"))
    differences, peak = await _peak(lambda: _differences(SAME, records))
    assert len(differences) == 1000
    assert peak < 8 * MIB


async def test_keys_may_be_in_one_of_several_records_or_in_more_than_one(pair: Databases) -> None:
    both = f"{_numbers(EVENTS)} and n > 100"
    assert await _differences(SAME_KEYS, _records(pair, _numbers(EVENTS), both, _numbers(100))) == []
    assert await _differences(SAME_KEYS, _records(pair, _numbers(EVENTS), both, _numbers(200, value="'other'"))) == []
    assert await _differences(SAME_KEYS, _records(pair, _numbers(EVENTS), both, _numbers(99))) == [
        "100: not in rendering (right) or rendering (more)"
    ]
    assert await _differences(SAME_KEYS, _records(pair, _numbers(EVENTS, without=5), both, _numbers(100))) == [
        "5: only in rendering (right) or rendering (more)"
    ]


async def test_a_record_that_is_there_twice_does_not_hide_another(pair: Databases) -> None:
    twice = "select '{}' as key, '' as value from generate_series(1, 2)"
    assert await _differences(SAME, _records(pair, twice.format("a"), twice.format("b"))) == [
        "a: documents has , rendering has nothing",
        "b: documents has nothing, rendering has ",
    ]
