"""Find the claims that have become overdue, and tell of each once per level."""

from services.payments.domain.bank_days import BankCalendar
from services.payments.domain.claim import Late
from services.payments.domain.reminder_rules import (
    ReminderRules,
    latest_due_date,
    latest_previous_level,
    rules_on,
)
from services.payments.events import document_overdue
from services.payments.store import overdue
from shared.db.database import UnitOfWork


async def find_overdue(work: UnitOfWork, calendar: BankCalendar, limit: int) -> int:
    """How many claims were told of, at most `limit`. Safe in several replicas, and after days of standing still."""
    today = work.clock.today()
    rules = rules_on(today)
    late = [] if rules is None else await _find(work, rules, calendar, limit)
    await overdue.tell(work.session, late, today)
    for one in late:
        work.emit(document_overdue(one, today))
    return len(late)


async def _find(work: UnitOfWork, rules: ReminderRules, calendar: BankCalendar, limit: int) -> list[Late]:
    """The highest level first, so that a claim never takes two levels in one scan."""
    today, found = work.clock.today(), list[Late]()
    for level in reversed(rules.levels):
        room = limit - len(found)
        if level == 1:
            found += await overdue.lock_first_level(work.session, latest_due_date(today, rules, calendar), room)
        else:
            told_until = latest_previous_level(today, level, rules)
            found += await overdue.lock_next_level(work.session, level, told_until, room)
    return found
