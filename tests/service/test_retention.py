"""Retention: a service deletes what is old by its own weak role; what is unfinished stays, and invariants hold."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from prometheus_client import REGISTRY
from pydantic import ValidationError

from shared import retention
from shared.ids import id_at
from shared.settings import CommonSettings
from tests.service.documents.story import Shop, open_shop
from tests.support.service import ServiceUnderTest, StartService

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=700)


async def _prune(service: ServiceUnderTest) -> dict[str, int]:
    return await retention.prune(service.runtime.name, service.runtime.database, service.runtime.settings)


async def _count(service: ServiceUnderTest, table: str) -> int:
    [row] = await service.rows(f"select count(*) as rows from {table}")  # noqa: S608  # a table of our own
    return int(row["rows"])


async def _counts(service: ServiceUnderTest) -> dict[str, int]:
    return {table: await _count(service, table) for table in ("outbox", "inbox", "idempotency")}


async def _later(shop: Shop, days: int) -> None:
    """Move the clock, once all that was emitted has been published."""
    await shop.service.rows("update outbox set published_at = clock_timestamp() where published_at is null")
    shop.service.clock.advance(timedelta(days=days))


async def test_rows_stay_for_their_days_and_no_longer(start: StartService) -> None:
    shop = await open_shop(start)
    await shop.issued()
    before = await _counts(shop.service)
    assert all(before.values())

    await _later(shop, 30)
    await _prune(shop.service)
    assert await _counts(shop.service) == before
    await _later(shop, 1)
    await _prune(shop.service)
    assert await _counts(shop.service) == before | {"idempotency": 0}
    await _later(shop, 60)
    await _prune(shop.service)
    assert await _counts(shop.service) == before | {"idempotency": 0, "outbox": 0}
    await _later(shop, 90)
    await _prune(shop.service)
    assert await _counts(shop.service) == {"idempotency": 0, "outbox": 0, "inbox": 0}


async def test_invariants_hold_after_pruning_and_still_find_what_is_lost(start: StartService) -> None:
    shop = await open_shop(start)
    await shop.issued()
    await _later(shop, 200)
    await _prune(shop.service)
    assert await shop.service.broken() == {}
    await shop.issued()
    assert await shop.service.broken() == {}

    await shop.service.rows("delete from outbox")

    assert list(await shop.service.broken()) == ["documents/published-once"]


STATES = ("handled", "waiting", "parked", "discarded")


async def _receive(service: ServiceUnderTest, message_id: UUID, state: str, at: datetime) -> None:
    await service.rows(
        "insert into inbox (consumer, message_id, state, reason, body, received_at, next_attempt_at) "
        "values ('documents.old', :id, :state, 'why', '{}', :at, '9999-01-01')",
        id=message_id,
        state=state,
        at=at,
    )


async def _states(service: ServiceUnderTest) -> list[str]:
    rows = await service.rows("select state from inbox where consumer = 'documents.old' order by state")
    return [row["state"] for row in rows]


async def test_a_message_that_waits_or_is_parked_stays_however_old(start: StartService) -> None:
    service = await start("documents")
    for state in STATES:
        await _receive(service, id_at(LONG_AGO), state, LONG_AGO)

    await _prune(service)

    assert await _states(service) == ["parked", "waiting"]


async def test_a_message_whose_id_has_no_time_goes_by_when_it_was_received(start: StartService) -> None:
    """An unreadable one has an id that is made from its bytes: version 5."""
    service = await start("documents")
    for state in STATES:
        for at in (LONG_AGO, NOON):
            await _receive(service, uuid5(NAMESPACE_URL, f"{state} {at}"), state, at)

    await _prune(service)

    assert await _states(service) == ["discarded", "handled", "parked", "parked", "waiting", "waiting"]


async def test_an_event_that_is_not_published_stays_however_old(start: StartService) -> None:
    service = await start("documents")
    for published, reason in ((LONG_AGO, None), (None, "stuck")):
        await service.rows(
            "insert into outbox (event_id, type, key, body, published_at, stuck_reason) "
            "values (:id, 'any', :id, '{}', :published, :reason)",
            id=id_at(LONG_AGO),
            published=published,
            reason=reason,
        )

    await _prune(service)

    assert [row["stuck_reason"] for row in await service.rows("select stuck_reason from outbox")] == ["stuck"]


async def test_an_idempotency_key_without_an_answer_stays_however_old(start: StartService) -> None:
    service = await start("documents")
    for status in (201, None):
        await service.rows(
            "insert into idempotency (client_id, key, fingerprint, status, created_at) "
            "values (gen_random_uuid(), 'any', '', :status, :at)",
            status=status,
            at=LONG_AGO,
        )

    await _prune(service)

    assert [row["status"] for row in await service.rows("select status from idempotency")] == [None]


async def test_the_body_of_a_discarded_message_goes_before_its_row(start: StartService) -> None:
    service = await start("documents")
    month_ago = NOON - timedelta(days=32)
    for state in ("parked", "discarded"):
        await _receive(service, id_at(month_ago), state, month_ago)

    await _prune(service)

    rows = await service.rows("select state, reason, body from inbox where consumer = 'documents.old' order by state")
    assert [tuple(row.values()) for row in rows] == [("discarded", "why", None), ("parked", "why", "{}")]


async def test_two_processes_that_prune_at_once_delete_each_row_once(
    start: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.db.retention.BATCH", 50)
    service = await start("documents")
    await service.rows(
        "insert into outbox (event_id, type, key, body, published_at) "
        "select id, 'any', id, '{}', now() from unnest(cast(:ids as uuid[])) as id",
        ids=[str(id_at(LONG_AGO + timedelta(minutes=minute))) for minute in range(1000)],
    )
    counted = _pruned_events()

    rounds = await asyncio.gather(_prune(service), _prune(service))
    last = await _prune(service)

    assert sum(counts["outbox"] for counts in (*rounds, last)) == 1000
    assert _pruned_events() - counted == 1000
    assert await _count(service, "outbox") == 0


def _pruned_events() -> float:
    labels = {"service": "documents", "what": "outbox"}
    return REGISTRY.get_sample_value("faktura_pruned_total", labels) or 0.0


async def test_a_mark_never_goes_back_with_the_clock(start: StartService) -> None:
    service = await start("documents")
    await _prune(service)
    marks = await service.rows("select * from retention_mark order by what")
    service.clock.advance(timedelta(days=-10))

    await _prune(service)

    assert await service.rows("select * from retention_mark order by what") == marks
    assert {row["what"]: (NOON - row["dropped_before"]).days for row in marks} == {
        "idempotency": 30,
        "inbox": 180,
        "outbox": 90,
    }


def test_an_inbox_that_forgets_before_the_outbox_is_refused() -> None:
    with pytest.raises(ValidationError, match="FAKTURA_INBOX_DAYS"):
        CommonSettings(inbox_days=30)
