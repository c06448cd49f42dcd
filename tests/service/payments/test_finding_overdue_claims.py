"""An unpaid claim is reported once per level, a paid one never."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from services.payments.domain.bank_days import BankCalendar
from services.payments.usecases.find_overdue import find_overdue
from shared.clock import MovableClock
from shared.contracts.payments import DocumentOverdue, DocumentSettled
from shared.service import JobContext
from tests.support.eventually import eventually
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import a_bank_file, a_claim, a_client, a_credit_of, pays, sent, upload
from tests.support.service import ServiceUnderTest, StartService

DUE = date(2026, 11, 20)
LEVEL_1 = datetime(2026, 11, 25, 7, tzinfo=UTC)
"""Friday's due date; three bank days later is Wednesday."""


def _clock() -> MovableClock:
    return MovableClock(datetime(2026, 11, 23, 11, tzinfo=UTC))


async def _emitted(service: ServiceUnderTest, count: int) -> list[DocumentOverdue]:
    async def enough() -> list[DocumentOverdue] | None:
        events = await service.emitted(DocumentOverdue)
        return events if len(events) >= count else None

    events = await eventually(enough)
    assert events is not None
    return events


async def _scan(service: ServiceUnderTest) -> int:
    """A scan besides those of the job; how many claims it found."""
    async with service.runtime.database.unit(
        JobContext(service.runtime.database, service.runtime.tools).cause()
    ) as work:
        return await find_overdue(work, BankCalendar(), 50_00, 200)


async def test_an_overdue_claim_is_reported_once_and_a_level_higher_when_the_new_deadline_was_missed(
    start: StartService,
) -> None:
    service: ServiceUnderTest = await start("payments", clock=_clock())
    claim = a_claim(1, 125_00, due_date=DUE)
    later = a_claim(2, due_date=DUE + timedelta(days=30))
    await service.receives(a_client(), claim, later, sent(claim), sent(later))
    assert await _scan(service) == 0
    service.clock.move_to(LEVEL_1)
    [first] = await _emitted(service, 1)
    assert (first.document_id, first.level, first.outstanding_ore) == (claim.document.document_id, 1, 125_00)
    assert (first.due_date, first.found_on) == (DUE, date(2026, 11, 25))
    service.clock.move_to(datetime(2026, 12, 13, 7, tzinfo=UTC))
    assert await _scan(service) == 0  # the reminder says within Wednesday 9 December
    service.clock.move_to(datetime(2026, 12, 14, 7, tzinfo=UTC))
    assert [event.level for event in await _emitted(service, 2)] == [1, 2]
    service.clock.move_to(datetime(2026, 12, 28, 7, tzinfo=UTC))
    await _emitted(service, 3)
    assert await _scan(service) == 0
    assert not await service.broken()


async def test_a_claim_that_is_paid_credited_or_zero_is_never_overdue(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments", clock=_clock())
    paid, credited, zero, partly = (a_claim(n, 0 if n == 3 else 125_00, due_date=DUE) for n in (1, 2, 3, 4))
    invoices = (paid, credited, zero, partly)
    await service.receives(a_client(), *invoices, *map(sent, invoices), a_credit_of(credited, 125_00))
    await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1), pays(4, 25_00)))
    service.clock.move_to(LEVEL_1)
    [event] = await _emitted(service, 1)
    assert (event.document_id, event.outstanding_ore) == (partly.document.document_id, 100_00)
    assert not await service.broken()


async def test_after_weeks_without_scans_a_claim_takes_one_level_at_a_time(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments", clock=MovableClock(datetime(2027, 3, 1, 7, tzinfo=UTC)))
    claim = a_claim(1, due_date=DUE)
    await service.receives(a_client(), claim, sent(claim))
    [event] = await _emitted(service, 1)
    assert (event.level, event.found_on) == (1, date(2027, 3, 1))
    assert await _scan(service) == 0


async def test_concurrent_scans_report_each_claim_once(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments", clock=_clock())
    claims = [a_claim(number, due_date=DUE) for number in range(1, 31)]
    await service.receives(a_client(), *claims, *map(sent, claims))
    service.clock.move_to(LEVEL_1)
    await asyncio.gather(*(_scan(service) for _ in range(4)))
    events = await _emitted(service, 30)
    assert len({event.document_id for event in events}) == len(events) == 30
    assert not await service.broken()


async def test_an_invoice_that_is_not_sent_is_never_overdue(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments", clock=_clock())
    await service.receives(a_client(), a_claim(1, due_date=DUE))
    service.clock.move_to(LEVEL_1 + timedelta(days=80))
    assert await _scan(service) == 0
    assert await service.emitted(DocumentOverdue) == []


async def test_an_invoice_that_is_sent_late_gives_14_days_from_sending(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments", clock=_clock())
    claim = a_claim(1, document_date=date(2026, 11, 6), due_date=DUE)
    await service.receives(a_client(), claim, sent(claim, on=date(2026, 12, 1)))
    service.clock.move_to(datetime(2026, 12, 17, 7, tzinfo=UTC))
    assert await _scan(service) == 0
    service.clock.move_to(datetime(2026, 12, 18, 7, tzinfo=UTC))
    [event] = await _emitted(service, 1)
    assert (event.document_id, event.found_on) == (claim.document.document_id, date(2026, 12, 18))
    assert not await service.broken()


async def test_sending_may_be_known_before_the_claim_and_only_the_first_time_counts(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments", clock=_clock())
    claim = a_claim(1, due_date=DUE)
    again, first = sent(claim, on=date(2027, 1, 4)), sent(claim)
    await service.receives(a_client(), again, first, again, claim)
    service.clock.move_to(LEVEL_1)
    [event] = await _emitted(service, 1)
    assert event.found_on == date(2026, 11, 25)


async def test_an_invoice_of_nothing_is_settled_at_once_and_never_overdue(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments", clock=_clock())
    claim = a_claim(1, 0, due_date=None, kid=None, account=None)
    await service.receives(a_client(), claim, sent(claim))
    service.clock.move_to(LEVEL_1)
    assert await _scan(service) == 0
    [settled] = await service.emitted(DocumentSettled)
    assert (settled.document_id, settled.settled_on) == (claim.document.document_id, date(2026, 11, 23))
    assert not await service.broken()
