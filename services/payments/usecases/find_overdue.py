"""Find the claims that have become overdue, and report each once per level."""

from services.payments.domain.bank_days import BankCalendar
from services.payments.domain.claim import OverdueClaim
from services.payments.domain.reminder_rules import (
    ReminderRules,
    latest_due_date,
    latest_previous_level,
    latest_sending,
    rules_on,
)
from services.payments.events import document_overdue
from services.payments.store import overdue
from shared.db.database import UnitOfWork


async def find_overdue(work: UnitOfWork, calendar: BankCalendar, limit: int) -> int:
    """A claim whose invoice has not been sent is passed over: held, delayed and undeliverable ones wait.

    Returns how many claims were found, at most `limit`. Safe in several replicas, and after days of downtime."""
    today = work.clock.today()
    rules = rules_on(today)
    claims = [] if rules is None else await _lock_overdue(work, rules, calendar, limit)
    await overdue.add(work.session, claims, today)
    for claim in claims:
        work.emit(document_overdue(claim, today))
    return len(claims)


async def _lock_overdue(
    work: UnitOfWork, rules: ReminderRules, calendar: BankCalendar, limit: int
) -> list[OverdueClaim]:
    """The highest level first, so that a claim never takes two levels in one scan."""
    today, claims = work.clock.today(), list[OverdueClaim]()
    for level in reversed(rules.levels):
        room = limit - len(claims)
        if level == 1:
            due_until = latest_due_date(today, rules, calendar)
            sent_until = latest_sending(due_until, rules)
            claims += await overdue.lock_first_level(work.session, due_until, sent_until, room)
        else:
            previous_until = latest_previous_level(today, level, rules)
            claims += await overdue.lock_next_level(work.session, level, previous_until, room)
    return claims
