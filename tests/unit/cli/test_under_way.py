"""What is under way within its time is counted; what is late, or not under way at all, is broken."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.console import show_findings
from cli.findings import Finding
from cli.under_way import Difference, Judged, Way, duration, judge, story

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOCUMENT = "01a2089f-cea9-7558-bd5d-0f117c90de7c"
IN_TIME = Way(NOW - timedelta(hours=2), NOW + timedelta(days=3) - timedelta(hours=2))
LATE = Way(NOW - timedelta(days=3), NOW)
LOST = Difference(DOCUMENT, "lost")


def test_a_difference_that_is_not_under_way_is_broken() -> None:
    assert judge([LOST], {}, NOW) == Judged(["lost"], 0)


def test_a_difference_that_is_under_way_is_counted_and_hides_no_other() -> None:
    other = Difference("01a2089f-0000-7558-bd5d-0f117c90de7c", "another")
    assert judge([LOST, other], {DOCUMENT: IN_TIME}, NOW) == Judged(["another"], 1)


def test_a_difference_that_is_late_is_broken_and_says_so() -> None:
    line = "lost: late, under way since 2026-02-27 12:00, promised for 2026-03-02 12:00 UTC"
    assert judge([LOST], {DOCUMENT: LATE}, NOW) == Judged([line], 0)


@pytest.mark.parametrize("key", [f"{DOCUMENT}:1", f"{DOCUMENT} receipt"])
def test_a_part_of_what_is_under_way_is_under_way(key: str) -> None:
    assert judge([Difference(key, "lost")], {DOCUMENT: IN_TIME}, NOW) == Judged([], 1)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1 letter at the print shop, the oldest for 2 h (within 3 days)"),
        (2, "2 letters at the print shop, the oldest for 2 h (within 3 days)"),
    ],
)
def test_the_story_has_the_number_the_age_and_the_promise(number: int, text: str) -> None:
    assert story("letter at the print shop", number, IN_TIME, NOW) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(days=3), "3 days"),
        (timedelta(hours=36), "1 day"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(seconds=59.9), "59 s"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_a_duration_is_rounded_down_to_its_largest_unit(time: timedelta, text: str) -> None:
    assert duration(time) == text


HOLDS = Finding("ledger", "hash-chain", "no entry has been changed")
ON_ITS_WAY = Finding("delivery", "letters-in-time", "in time", under_way=1, story="1 letter at the print shop")
BEHIND_IT = Finding("between services", "posted once", "each has its entry", under_way=1)
BROKEN = Finding("ledger", "entries-balance", "zero", broken=("entry 7",))


def test_what_is_under_way_neither_holds_nor_breaks_anything(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_findings([HOLDS, ON_ITS_WAY, BEHIND_IT])
    assert capsys.readouterr().out == "verify: 3 checks, 0 broken\n  under way: 1 letter at the print shop\n"
    assert [finding.holds for finding in (HOLDS, ON_ITS_WAY, BEHIND_IT, BROKEN)] == [True, False, False, False]


def test_what_is_broken_is_shown_with_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert not show_findings([HOLDS, BROKEN])
    assert capsys.readouterr().out == (
        "BROKEN ledger: entries-balance – zero\n    entry 7\nverify: 2 checks, 1 broken\n"
    )


def test_every_check_is_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    show_findings([HOLDS, BEHIND_IT, BROKEN], every=True)
    assert capsys.readouterr().out.splitlines()[:3] == [
        "  holds  ledger: hash-chain – no entry has been changed",
        "  1 under way  between services: posted once – each has its entry",
        "  BROKEN  ledger: entries-balance – zero",
    ]
