"""When a delivery must be invoiced, and how far ahead it may be (bokføringsforskriften §§ 5-2-2, 5-2-4 and 5-2-6)."""

from calendar import monthrange
from datetime import date
from typing import Final

MONTHS_OF_TERM: Final = 2
"""The ordinary VAT period."""


def latest_invoicing(delivered_on: date, delivered_until: date | None) -> date:
    """One month after a delivery; for a period one month after the VAT period in which it ends."""
    if delivered_until is None or delivered_until == delivered_on:
        return _months_after(delivered_on, 1)
    months_left = -delivered_until.month % MONTHS_OF_TERM
    return _last_of_month(_months_after(delivered_until.replace(day=1), months_left + 1))


def one_year_after(day: date) -> date:
    return _months_after(day, 12)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a month that is shorter."""
    years, month_index = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month_index + 1, 1)
    return first.replace(day=min(day.day, _last_of_month(first).day))


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
