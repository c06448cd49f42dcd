"""Norwegian bank days: Monday to Friday, less public holidays.

No law moves a due date that falls on another day; a payment on the next bank day counts as on time.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

import holidays

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_HALF_DAYS: Final = ((12, 24), (12, 31))


@dataclass(frozen=True)
class BankCalendar:
    """`half_days_closed`: whether Christmas Eve and New Year's Eve, on which banks close early, are no bank days."""

    half_days_closed: bool = True

    def is_open(self, day: date) -> bool:
        """Whether banks settle payments that day."""
        if day.weekday() >= _SATURDAY or day in _public_holidays(day.year):
            return False
        return not (self.half_days_closed and (day.month, day.day) in _HALF_DAYS)

    def on_or_after(self, day: date) -> date:
        """The day itself when it is a bank day, else the next one."""
        while not self.is_open(day):
            day += _DAY
        return day

    def after(self, day: date, bank_days: int) -> date:
        """The bank day that comes so many bank days after a day."""
        for _ in range(bank_days):
            day = self.on_or_after(day + _DAY)
        return day


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))
