import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from shared.ids import new_id


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    new = new_id()
    assert (new.version, new.variant) == (7, RFC_4122)
    assert before - 1000 <= new.int >> 80 <= before + 1000


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


def _make(_: int) -> list[UUID]:
    return [new_id() for _ in range(1000)]


def test_forked_processes_never_get_the_same_id() -> None:
    new_id()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        ids = [new for batch in pool.map(_make, range(4), chunksize=1) for new in batch]
    assert len(set(ids)) == len(ids)
