"""Invoices and payments on a faulty bus, while database connections break: every invariant holds afterwards.

Repeat a run by its seed: ./faktura test tests/chaos --seed …
"""

import random
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dev.playground.bank import Transfer, ocr_giro_file
from shared.clock import SystemClock
from shared.ids import new_id
from tests.chaos.connections import breaking_connections
from tests.chaos.faults import FaultyBus
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system

INVOICES = 40
VICTIMS = ("rendering", "delivery", "ledger", "payments")


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_the_books_are_right_in_spite_of_a_faulty_bus_and_broken_connections(
    tmp_path: Path, fault_seed: int
) -> None:
    print(f"seed {fault_seed}")
    rng, bus = random.Random(fault_seed), FaultyBus(fault_seed)
    settings = {"FAKTURA_RENDERING_ENGINE": "blank", "FAKTURA_RETRY_PAUSE_S": "0.1"}
    async with start_system(tmp_path / "data", settings=settings, new_bus=lambda: bus) as system:
        customers = [await system.customer(channels=[channel]) for channel in ("email", "print")]
        async with breaking_connections(system, rng, VICTIMS) as broken:
            drafts = [await system.draft(rng.choice(customers)) for _ in range(INVOICES)]
            issued = [await _issued(system, draft) for draft in drafts]
            await _pay(system, issued, rng)
        await eventually(partial(_all_printed, system), within=60, every=0.2)
        await system.holds(within=90)
        assert bus.faults > INVOICES, "too few faults to prove anything"
        assert len(+broken) > 1, f"too few connections were broken to prove anything: {broken}"


async def _pay(system: SystemUnderTest, issued: list[dict[str, object]], rng: random.Random) -> None:
    """Import a bank file twice; some customers pay in full, some less, some too much."""
    transfers = [_transfer(invoice, rng) for invoice in rng.sample(issued, k=INVOICES // 2)]
    file = ocr_giro_file(transfers, SystemClock().today(), transmission=rng.randrange(1, 10_000_000))
    for _ in range(2):
        await _until_accepted(partial(system.import_bank_file, file))


def _transfer(invoice: dict[str, object], rng: random.Random) -> Transfer:
    payable = int(str(invoice["payable_ore"]))
    return Transfer(str(invoice["account"]), str(invoice["kid"]), rng.choice((payable, payable // 2, payable + 5_000)))


async def _issued(system: SystemUnderTest, draft: str) -> dict[str, Any]:
    """With one key for all attempts: one may be carried out without an answer."""
    return await _until_accepted(partial(system.post, f"/v1/invoices/{draft}/issue", key=new_id()))


async def _until_accepted(call: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Repeat a call that met a broken connection."""
    return await eventually(call, within=20, every=0.1)


async def _all_printed(system: SystemUnderTest) -> bool:
    await system.shop.print_all()
    handed_over = await system.get("/v1/deliveries", limit=200, state="handed_over")
    return len(handed_over["items"]) == INVOICES
