"""Three years of clock on a small load: what retention prunes stays flat, and every invariant holds all the way."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.retention import prune_all
from dev.local.seed import CUSTOMERS
from dev.playground.actions import send_bank_file
from dev.playground.bank import Transfer, ocr_giro_file
from services.system import NAMES
from shared.clock import OffsetClock
from tests.support.databases import BY_THE_CLOCK, ask, damage
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system

STEP = timedelta(days=80)
ROUNDS = 15
"""The last one is three years after the first."""
FULL = 3
"""After so many rounds retention has something to delete everywhere."""
Counts = dict[str, int]
CLOCK_EVENTS = "audit and key news"
IS_BY_THE_CLOCK = f"~ '{BY_THE_CLOCK}'"
UNUSED = {"customers inbox", *(f"{name} idempotency" for name in ("rendering", "delivery", "ledger"))}
"""Tables that this load never writes to."""
LOST_EVENT = "delete from outbox where id = (select max(id) from outbox where type like '%.document-confirmed.%')"
LOST_MESSAGE = """
    delete from inbox where message_id = (
        select message_id from inbox where consumer like '%.document-confirmed.%' order by 1 desc offset 1 limit 1
    )
"""
CHANGED_AMOUNT = "update payment set amount_ore = amount_ore + 1 where id = (select id from payment limit 1)"
FAULTS = {
    "documents/published-once": ("documents", LOST_EVENT),
    "received by rendering": ("rendering", LOST_MESSAGE),
    "bank is the bank": ("payments", CHANGED_AMOUNT),
}
"""What finds each fault: a lost event, a lost message of the round before, a changed amount."""
BLANK = {"FAKTURA_RENDERING_ENGINE": "blank"}


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_tables_stay_flat_for_three_years_and_a_fault_is_still_found(tmp_path: Path) -> None:
    clock = OffsetClock(tmp_path / "clock")
    async with start_system(tmp_path / "data", settings=BLANK, clock_offset_file=tmp_path / "clock") as system:
        customer = await system.customer(channels=["email"])
        history = [await _round(system, clock, customer, number) for number in range(ROUNDS)]
        await system.holds()
        broken = await _broken_by_faults(system)

    full = history[FULL]
    assert {table for table, rows in full.items() if not rows} == UNUSED
    assert [counts for counts in history[FULL:] if _of_the_load(counts) != _of_the_load(full)] == []
    assert max(counts[CLOCK_EVENTS] for counts in history[FULL:]) <= 2 * full[CLOCK_EVENTS] + ROUNDS
    assert set(FAULTS) <= broken


async def _round(system: SystemUnderTest, clock: OffsetClock, customer: str, number: int) -> Counts:
    """A customer is registered; an invoice is mailed, posted and paid; everything holds, and is pruned."""
    clock.move(STEP * number)
    await system.post("/v1/customers", CUSTOMERS[0])
    invoice = await system.issue(customer, delivered_on=clock.today().isoformat())
    await system.posted(invoice["id"])
    claim = await eventually(lambda: _claim(system, invoice["id"]), within=30)
    transfer = Transfer(claim["account"], claim["kid"], claim["outstanding_ore"])
    await send_bank_file(system.api, ocr_giro_file([transfer], clock.today(), transmission=number + 1), {})
    await system.holds()
    await prune_all(system.local.settings)
    return _counts(system)


async def _claim(system: SystemUnderTest, document_id: str) -> dict[str, Any] | None:
    answer = await system.api.get(f"/v1/claims/{document_id}")
    claim: dict[str, Any] | None = answer.json() if answer.is_success else None
    return claim


def _counts(system: SystemUnderTest) -> Counts:
    """Rows of the tables that retention prunes, in every service."""
    where = {"outbox": f"where not type {IS_BY_THE_CLOCK}", "inbox": f"where not consumer {IS_BY_THE_CLOCK}"}
    tables = [(name, table) for name in NAMES for table in ("outbox", "inbox", "idempotency")]
    counts = {f"{name} {table}": _count(system, name, f"{table} {where.get(table, '')}") for name, table in tables}
    by_the_clock = (f"outbox where type {IS_BY_THE_CLOCK}", f"inbox where consumer {IS_BY_THE_CLOCK}")
    return {**counts, CLOCK_EVENTS: sum(_count(system, name, rows) for name in NAMES for rows in by_the_clock)}


def _of_the_load(counts: Counts) -> Counts:
    return {name: rows for name, rows in counts.items() if name != CLOCK_EVENTS}


def _count(system: SystemUnderTest, service: str, rows: str) -> int:
    [(count,)] = ask(system.local.settings, service, f"select count(*) from {rows}")  # noqa: S608  # our own tables
    return int(count)


async def _broken_by_faults(system: SystemUnderTest) -> set[str]:
    for service, statement in FAULTS.values():
        assert damage(system.local.settings, service, statement) == 1
    return {finding.name for finding in await system.findings() if finding.broken}
