"""The deadline that a reminder must give, as dated rules with their source."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ReminderTerms:
    """The rules of a reminder sent from `first_day` until the next row begins."""

    first_day: date
    deadline_days: int
    source: str


REMINDER_TERMS: tuple[ReminderTerms, ...] = (
    ReminderTerms(
        first_day=date(1989, 7, 14),
        deadline_days=14,
        source=(
            "inkassoforskriften (FOR-1989-07-14-562) chapter 1: a further letter with a fee requires a deadline of "
            "at least 14 days, given and missed"
        ),
    ),
)
"""Newest last. Our reminders carry no fee; such a reminder may be sent at any time after the due date."""


def reminder_terms_on(day: date) -> ReminderTerms:
    """The rules in force on a day; LookupError before the first."""
    in_force = [terms for terms in REMINDER_TERMS if terms.first_day <= day]
    if not in_force:
        raise LookupError(f"no rules for reminders are known for {day.isoformat()}")
    return in_force[-1]
