"""Norwegian bank days: Monday to Friday, except public holidays.

No law moves a due date that is not a bank day, but a payment on the next bank day counts as on time.
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
    """`half_days_closed`: whether 24 and 31 December, when banks close early, do not count as bank days."""

    half_days_closed: bool = True

    def is_open(self, day: date) -> bool:
        """Whether banks settle payments that day."""
        if day.weekday() >= _SATURDAY or day in _public_holidays(day.year):
            return False
        return not (self.half_days_closed and (day.month, day.day) in _HALF_DAYS)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a bank day, otherwise the next bank day."""
        while not self.is_open(day):
            day += _DAY
        return day

    def after(self, day: date, bank_days: int) -> date:
        """The day that is this many bank days after `day`."""
        for _ in range(bank_days):
            day = self.on_or_after(day + _DAY)
        return day


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))
