from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import Clock, ClockFileError, FixedClock, MovableClock, OffsetClock, SystemClock, oslo_date

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def real_offset(clock: Clock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_every_clock_gives_utc_and_the_norwegian_date(tmp_path: Path) -> None:
    clocks: list[Clock] = [SystemClock(), FixedClock(NOON), MovableClock(NOON), OffsetClock(tmp_path / "none")]
    for clock in clocks:
        assert clock.now().tzinfo is UTC
        assert clock.today() == oslo_date(clock.now())


def test_the_day_changes_at_midnight_in_oslo_winter_and_summer() -> None:
    assert FixedClock(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)).today() == date(2027, 1, 1)
    assert FixedClock(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)).today() == date(2026, 7, 1)
    assert FixedClock(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)).today() == date(2026, 12, 31)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_movable_clock_stands_still_until_it_is_moved() -> None:
    clock = MovableClock(NOON)
    assert clock.now() == NOON
    clock.advance(timedelta(days=15))
    assert clock.today() == date(2026, 12, 8)
    clock.move_to(NOON)
    assert clock.now() == NOON


def test_without_a_file_the_offset_clock_is_real_time(tmp_path: Path) -> None:
    assert abs(real_offset(OffsetClock(tmp_path / "offset"))) < A_SECOND


def test_a_move_is_seen_by_every_clock_on_the_file(tmp_path: Path) -> None:
    mine, theirs = OffsetClock(tmp_path / "offset"), OffsetClock(tmp_path / "offset")
    theirs.now()
    for days in (3, 5, 9, -2):
        mine.move(timedelta(days=days))
        assert abs(real_offset(theirs) - timedelta(days=days)) < A_SECOND
    assert [path.name for path in tmp_path.iterdir()] == ["offset"]


def test_when_the_file_goes_the_offset_goes(tmp_path: Path) -> None:
    clock = OffsetClock(tmp_path / "offset")
    clock.move(timedelta(days=1))
    clock.now()
    (tmp_path / "offset").unlink()
    assert abs(real_offset(clock)) < A_SECOND


def test_an_unchanged_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = OffsetClock(tmp_path / "offset")
    clock.move(timedelta(hours=1))
    clock.now()
    monkeypatch.setattr(Path, "read_text", None)
    assert clock.offset() == timedelta(hours=1)


@pytest.mark.parametrize("text", ["", "soon", "1.5", "9" * 30, "æ"])
def test_a_file_that_holds_no_number_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "offset"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClockFileError, match="whole number of seconds"):
        OffsetClock(path).now()
