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
from cli.received import RECEIVED_WITHIN, WINDOW, received
from cli.reconciliations import Only, Reconciliation, Same, SameKeys, judge_all, reconciled
from cli.records import Records
from cli.transit import COMMON_UNDER_WAY, WAITING_WITHIN, Transit, events_on_their_way, unfinished
from cli.under_way import Way
from services.system import ServiceSpec, service_spec
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import Cause, Database
from shared.db.sql import run
from shared.ids import id_at, new_id
from tests.support.postgres import TestPostgres

EVENTS = 150_000
LETTERS = 12_000
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
LAST_HOUR = f"generate_series({EVENTS} - 3600, {EVENTS}) as n"
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


async def test_what_was_emitted_a_moment_ago_is_on_its_way_and_what_is_older_is_lost(history: Databases) -> None:
    await _execute(history["rendering"], f"delete from inbox where message_id in (select {_ID} from {LAST_HOUR})")
    last_moment = FIRST + timedelta(seconds=EVENTS)

    _documents, rendering = await received(history, PAIR, last_moment)

    assert len(rendering.broken) == 1000
    assert rendering.under_way == RECEIVED_WITHIN.total_seconds() + 1
    assert rendering.story == "601 events to rendering, the oldest for 10 min (within 10 min)"


async def test_a_record_waits_for_every_event_that_mentions_it_until_it_is_handled(pair: Databases) -> None:
    """One to publish, one published, one that waits for another attempt, and one handled."""
    unpublished, published, waiting, handled = (id_at(AFTERWARDS) for _ in range(4))
    for event_id, moment in ((unpublished, "null"), (published, "now()"), (waiting, "now()"), (handled, "now()")):
        await _execute(
            pair["documents"],
            "insert into outbox (event_id, type, key, body, published_at) "
            f"values ('{event_id}', '{DocumentConfirmed.TYPE}', '{new_id()}', '<{event_id}>', {moment})",
        )
    for event_id, state in ((waiting, "waiting"), (handled, "handled")):
        await _execute(
            pair["rendering"],
            f"insert into inbox (consumer, message_id, state, body) "
            f"values ('{CONSUMER}', '{event_id}', '{state}', '{event_id}')",
        )

    ways = await events_on_their_way(pair, PAIR, AFTERWARDS + timedelta(minutes=1))

    assert ways == {
        str(unpublished): Way(AFTERWARDS, AFTERWARDS + RECEIVED_WITHIN),
        str(published): Way(AFTERWARDS, AFTERWARDS + RECEIVED_WITHIN),
        str(waiting): Way(AFTERWARDS, AFTERWARDS + WAITING_WITHIN),
    }


@pytest.mark.parametrize(("minutes", "broken", "under_way"), [(4, 0, 1), (6, 1, 0)])
async def test_an_event_that_is_not_published_in_time_is_late(
    pair: Databases, minutes: int, broken: int, under_way: int
) -> None:
    values = f"'{id_at(AFTERWARDS)}', '{DocumentConfirmed.TYPE}', '{new_id()}', '{{}}'"
    await _execute(pair["documents"], f"insert into outbox (event_id, type, key, body) values ({values})")
    [outbox, _inbox] = COMMON_UNDER_WAY

    finding = await unfinished("documents", pair["documents"], outbox, AFTERWARDS + timedelta(minutes=minutes))

    assert (len(finding.broken), finding.under_way) == (broken, under_way)


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


NOTHING = Transit({}, (), {}, AFTERWARDS)


async def _differences(check: Reconciliation, records: Records) -> list[str]:
    """The lines of all that differs while nothing is under way."""
    return (await judge_all(check, records, NOTHING)).broken


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


ONLY = Only("only", "any", ("documents", "left"), "there")


def _letters(pair: Databases, until: datetime, *, without: int) -> Transit:
    """Each number but one is under way until then."""
    query = (
        "select n::text as key, null as also, cast('2026-01-01' as timestamptz) as since, "
        f"cast('{until.isoformat()}' as timestamptz) as until "
        f"from generate_series(1, {LETTERS}) as n where n <> {without}"
    )
    return Transit(pair, [("rendering", query)], {}, AFTERWARDS)


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (SAME, "4711: documents has 4711, rendering has nothing"),
        (SAME_KEYS, "4711: not in rendering (right) or rendering (more)"),
        (ONLY, "4711: 4711"),
    ],
)
async def test_letters_by_the_ten_thousand_do_not_hide_the_one_that_is_lost(
    pair: Databases, check: Reconciliation, line: str
) -> None:
    transit = _letters(pair, AFTERWARDS + timedelta(days=1), without=4711)
    records = _records(pair, _numbers(LETTERS), _numbers(0))
    tracemalloc.start()
    try:
        judged, peak = await judge_all(check, records, transit), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (judged.broken, judged.under_way) == ([line], LETTERS - 1)
    assert peak < 16 * MIB


async def test_letters_that_are_late_are_broken(pair: Databases) -> None:
    records = _records(pair, _numbers(3), _numbers(0))
    judged = await judge_all(SAME, records, _letters(pair, AFTERWARDS, without=3))
    assert judged.under_way == 0
    assert [line.endswith("UTC") for line in judged.broken] == [True, True, False]


async def test_what_arrives_between_two_looks_is_not_lost(pair: Databases) -> None:
    """It had left one database when that was read, and was not yet in the other."""
    queries = {("documents", "left"): _numbers(3), ("rendering", "right"): _numbers(3, without=2)}
    records = Records(pair, queries)

    async def a_moment_later() -> Transit:
        queries["rendering", "right"] = _numbers(3)
        return NOTHING

    assert (await judge_all(SAME, records, NOTHING)).broken == ["2: documents has 2, rendering has nothing"]
    assert (await reconciled(SAME, records, NOTHING, a_moment_later)).holds


async def test_what_is_lost_is_lost_at_the_second_look_too(pair: Databases) -> None:
    records = _records(pair, _numbers(3), _numbers(3, without=2))

    async def a_moment_later() -> Transit:
        return NOTHING

    finding = await reconciled(SAME, records, NOTHING, a_moment_later)
    assert finding.broken == ("2: documents has 2, rendering has nothing",)
