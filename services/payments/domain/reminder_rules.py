"""When an unpaid claim becomes overdue, and at which level: dated data, chosen by the day of the scan."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.payments.domain.bank_days import BankCalendar

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class ReminderRules:
    """The rules that apply from `valid_from`.

    A claim reaches level 1 `grace_bank_days` bank days after the last day on which a payment was on time: a payment
    ordered that day is settled on the next bank day, and is in the bank file of the day after. `days_between` holds the
    days from one level to the next, counted from when the claim actually reached the level, so that a late scan never
    shortens the customer's time.

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


def first_reminder_day(due_date: date, rules: ReminderRules, calendar: BankCalendar) -> date:
    """The first day on which an unpaid claim is overdue at level 1."""
    return calendar.after(calendar.on_or_after(due_date), rules.grace_bank_days)


def latest_due_date(today: date, rules: ReminderRules, calendar: BankCalendar) -> date:
    """The last due date whose claims are overdue at level 1 today."""
    due_date = today - _DAY * rules.grace_bank_days
    while first_reminder_day(due_date, rules, calendar) > today:
        due_date -= _DAY
    return due_date


def latest_sending(due_until: date, rules: ReminderRules) -> date:
    """The last day on which an invoice may have been sent late, for its time to run out on `due_until`."""
    return due_until - _DAY * rules.days_from_sending


def latest_previous_level(today: date, level: int, rules: ReminderRules) -> date:
    """The last day on which a claim may have reached the level before, to reach `level` (2 or more) today."""
    return today - _DAY * rules.days_between[level - 2]
