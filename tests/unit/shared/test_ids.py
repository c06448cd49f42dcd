import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest

from shared.ids import first_id_at, id_at, is_for, new_id, new_id_for, time_of


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    new = new_id()
    assert (new.version, new.variant) == (7, RFC_4122)
    assert before - 1000 <= new.int >> 80 <= before + 1000


def test_an_id_at_a_moment_lies_between_the_first_of_its_millisecond_and_of_the_next() -> None:
    moment = datetime(2029, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC)
    ids = {id_at(moment) for _ in range(100)}
    assert len(ids) == 100
    assert {(new.version, new.variant) for new in ids} == {(7, RFC_4122)}
    first, next_first = first_id_at(moment), first_id_at(moment + timedelta(milliseconds=1))
    assert all(first <= new < next_first for new in ids)
    assert (first.version, first.int >> 80) == (7, 1_861_963_200_123)


def test_a_moment_without_a_zone_gives_no_id() -> None:
    with pytest.raises(ValueError, match="time zone"):
        id_at(datetime(2029, 1, 1))  # noqa: DTZ001


def test_ids_of_one_process_always_rise() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(set(ids))


def test_threads_never_get_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(), range(20_000)))
    assert len(set(ids)) == len(ids)


def test_a_clock_that_goes_back_does_not_turn_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [new_id()]
    a_minute_ago = time.time_ns() - 60_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: a_minute_ago)
    ids += [new_id(), new_id()]
    assert ids == sorted(set(ids))


def test_an_id_for_a_client_is_recognised_as_that_clients_and_nobody_elses() -> None:
    client_id, other = new_id(), new_id()
    ids = [new_id_for(client_id) for _ in range(20_000)]
    assert ids == sorted(set(ids))
    assert {(new.version, new.variant) for new in ids} == {(7, RFC_4122)}
    assert all(is_for(new, client_id) and not is_for(new, other) for new in ids)
    assert not any(is_for(new_id(), client_id) for _ in range(1000))


def _make(_: int) -> list[UUID]:
    return [new_id() for _ in range(1000)]


def test_forked_processes_never_get_the_same_id() -> None:
    new_id()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        ids = [new for batch in pool.map(_make, range(4), chunksize=1) for new in batch]
    assert len(set(ids)) == len(ids)


def test_an_id_keeps_its_moment_to_the_millisecond() -> None:
    moment = datetime(2026, 3, 2, 11, 30, 0, 123_456, tzinfo=UTC)
    assert time_of(id_at(moment)) == moment.replace(microsecond=123_000)
