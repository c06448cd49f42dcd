"""Find the claims that have become overdue, and report each once per level."""

from datetime import date

from services.payments.domain.bank_days import BankCalendar
from services.payments.domain.claim import OverdueClaim
from services.payments.domain.reminder_rules import (
    ReminderRules,
    Scan,
    latest_missed,
    latest_previous_level,
    latest_sending,
    rules_on,
)
from services.payments.events import document_overdue
from services.payments.store import overdue
from shared.db.database import UnitOfWork


async def find_overdue(work: UnitOfWork, calendar: BankCalendar, minimum_ore: int, limit: int) -> int:
    """Passed over: a claim whose invoice has not been sent (held, delayed, undeliverable), one that is on hold, and one
    of which less than `minimum_ore` is left after the customer's credit.

    Returns how many claims were found, at most `limit`. Safe in several replicas, and after days of downtime."""
    scan = Scan(work.clock.now(), work.clock.today(), minimum_ore)
    rules = rules_on(scan.today)
    claims = []
    if rules is not None:
        claims = await _lock_overdue(work, scan, rules, latest_missed(scan.today, rules, calendar), limit)
    await overdue.add(work.session, claims, scan.today)
    for claim in claims:
        work.emit(document_overdue(claim, scan.today))
    return len(claims)


async def _lock_overdue(
    work: UnitOfWork, scan: Scan, rules: ReminderRules, missed: date, limit: int
) -> list[OverdueClaim]:
    """The highest level first, so that a claim never takes two levels in one scan."""
    claims = list[OverdueClaim]()
    for level in reversed(rules.levels):
        room = limit - len(claims)
        if level == 1:
            sent_until = latest_sending(missed, rules)
            claims += await overdue.lock_first_level(work.session, scan, missed, sent_until, room)
        else:
            previous_until = latest_previous_level(missed, level, rules)
            claims += await overdue.lock_next_level(work.session, scan, level, previous_until, room)
    return claims
