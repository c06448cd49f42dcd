"""When an unpaid claim becomes overdue, and at which level: dated data, chosen by the day of the scan."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.payments.domain.bank_days import BankCalendar

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class ReminderRules:
    """The rules that apply from `valid_from`.

    A claim reaches level 1 `grace_bank_days` bank days after the last day on which a payment was on time: a payment
    ordered that day is settled on the next bank day, and is in the bank file of the day after. `days_between` holds the
    days that each reminder gives, counted from when the claim actually reached its level, so that a late scan never
    shortens the customer's time. The next level comes when that deadline was missed, after the same grace.

    An invoice that is not sent is never overdue. When it is sent later than its date, the due date that counts is not
    before `days_from_sending` days after that, so that nobody is reminded of what they had no time to pay.
    """

    valid_from: date
    grace_bank_days: int
    days_between: tuple[int, ...]
    days_from_sending: int
    source: str

    @property
    def levels(self) -> range:
        return range(1, len(self.days_between) + 2)


@dataclass(frozen=True)
class Scan:
    """When claims are examined, and the least amount that is reminded of."""

    now: datetime
    today: date
    minimum_ore: int


RULES: Final = (
    ReminderRules(
        valid_from=date(2020, 10, 1),
        grace_bank_days=3,
        days_between=(14,),
        days_from_sending=14,
        source=(
            "Inkassoloven (LOV-1988-05-13-26) and inkassoforskriften: a friendly reminder may be sent after the due "
            "date, one with a fee 14 days after it at the earliest, a further one when a deadline of at least 14 days "
            "was missed. Level 1 is friendly, level 2 may carry a fee. There is no level for inkassovarsel: under the "
            "new inkassolov (LOV-2026-05-22-19, not in force) only collection agencies send it."
        ),
    ),
)
"""Newest last. The new inkassolov gets a row when its date is set."""


def rules_on(day: date) -> ReminderRules | None:
    """The rules in force that day; None before the first."""
    return next((rules for rules in reversed(RULES) if rules.valid_from <= day), None)


def first_reminder_day(deadline: date, rules: ReminderRules, calendar: BankCalendar) -> date:
    """The first day on which the deadline counts as missed: that of an invoice, or of a reminder."""
    return calendar.after(calendar.on_or_after(deadline), rules.grace_bank_days)


def latest_missed(today: date, rules: ReminderRules, calendar: BankCalendar) -> date:
    """The last deadline that counts as missed today."""
    deadline = today - _DAY * rules.grace_bank_days
    while first_reminder_day(deadline, rules, calendar) > today:
        deadline -= _DAY
    return deadline


def latest_sending(missed: date, rules: ReminderRules) -> date:
    """The last day on which an invoice may have been sent late, for its time to run out no later than `missed`."""
    return missed - _DAY * rules.days_from_sending


def latest_previous_level(missed: date, level: int, rules: ReminderRules) -> date:
    """The last day on which a claim may have reached the level before `level` (2 or more), for the deadline that its
    reminder gave to be no later than `missed`."""
    return missed - _DAY * rules.days_between[level - 2]
