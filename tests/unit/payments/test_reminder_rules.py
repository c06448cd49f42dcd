"""When a claim becomes overdue, over weekends and holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.bank_days import BankCalendar
from services.payments.domain.reminder_rules import (
    RULES,
    first_reminder_day,
    latest_missed,
    latest_previous_level,
    rules_on,
)

CALENDAR = BankCalendar()
[RULES_NOW] = RULES


@pytest.mark.parametrize(
    ("due_date", "first_day"),
    [
        (date(2026, 11, 17), date(2026, 11, 20)),  # Tuesday to Friday
        (date(2026, 11, 20), date(2026, 11, 25)),  # Friday: a weekend lies between
        (date(2026, 11, 21), date(2026, 11, 26)),  # Saturday: Monday is on time
        (date(2026, 3, 31), date(2026, 4, 8)),  # Easter: Maundy Thursday to Easter Monday
        (date(2026, 5, 13), date(2026, 5, 19)),  # Ascension Day on Thursday, 17 May on a Sunday
        (date(2026, 12, 23), date(2026, 12, 30)),  # Christmas Eve closed: 28, 29, 30
    ],
)
def test_the_first_reminder_comes_three_bank_days_after_the_last_day_on_time(due_date: date, first_day: date) -> None:
    assert first_reminder_day(due_date, RULES_NOW, CALENDAR) == first_day


def test_christmas_eve_is_a_bank_day_only_by_setting() -> None:
    eve = date(2026, 12, 24)
    assert not CALENDAR.is_open(eve)
    assert BankCalendar(half_days_closed=False).is_open(eve)


@given(st.dates(date(2020, 10, 1), date(2030, 12, 31)))
def test_the_latest_missed_deadline_is_the_last_with_a_reminder_today(today: date) -> None:
    latest = latest_missed(today, RULES_NOW, CALENDAR)
    assert first_reminder_day(latest, RULES_NOW, CALENDAR) <= today
    assert first_reminder_day(latest + timedelta(days=1), RULES_NOW, CALENDAR) > today


@pytest.mark.parametrize(
    ("reached_on", "first_day"),
    [
        (date(2026, 11, 19), date(2026, 12, 8)),  # within Thursday 3 December; 4, 7 and 8 are bank days
        (date(2026, 11, 21), date(2026, 12, 10)),  # within Saturday 5 December: Monday is on time
        (date(2026, 12, 9), date(2026, 12, 30)),  # within 23 December, before Christmas
    ],
)
def test_the_second_level_comes_when_the_deadline_of_the_first_reminder_was_missed(
    reached_on: date, first_day: date
) -> None:
    def latest(today: date) -> date:
        return latest_previous_level(latest_missed(today, RULES_NOW, CALENDAR), 2, RULES_NOW)

    assert latest(first_day - timedelta(days=1)) < reached_on <= latest(first_day)


def test_rules_are_chosen_by_the_day_and_name_their_source() -> None:
    assert rules_on(date(2020, 9, 30)) is None
    assert rules_on(date(2026, 11, 23)) is RULES_NOW
    assert all(rules.source for rules in RULES)
