"""Processes die and freeze, networks and queues fail, while invoices are issued and paid: nothing is lost or repeated.

Repeat a run by its seed: ./faktura test tests/chaos --seed …; ten seeds: ./faktura test tests/chaos --soak
"""

import asyncio
import random
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dev.playground.bank import Transfer, ocr_giro_file
from shared.clock import SystemClock
from tests.chaos.process_faults import FAULTS, World, accepted, world_of
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system
from tests.system.test_kills import SETTINGS

INVOICES = 10
"""In a bank file."""
COPIES = {"rendering": 2, "delivery": 2}


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_repeated_whatever_befalls_the_processes(tmp_path: Path, fault_seed: int) -> None:
    print(f"seed {fault_seed}")
    rng = random.Random(fault_seed)
    settings = {**SETTINGS, "FAKTURA_RENDERING_ENGINE": "blank"}
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(
            start_system(tmp_path / "data", bus="rabbit", settings=settings, copies=COPIES)
        )
        customer = await system.customer(channels=["email"])
        world = await stack.enter_async_context(world_of(system, rng, customer))
        faults = asyncio.create_task(_befall(world))
        while not faults.done():
            await _issue_and_pay(world)
        await faults
        await eventually(lambda: _all_mailed(system, len(world.issued)), within=120, every=0.5)
        await system.holds(within=120)
        assert set(system.local.mailbox.message_ids().values()) == {1}, "a mail was accepted twice"


async def _befall(world: World) -> None:
    """Every fault, in an order of the seed."""
    for name in world.rng.sample(sorted(FAULTS), k=len(FAULTS)):
        print(f"{name}: {await FAULTS[name](world)}")


async def _issue_and_pay(world: World) -> None:
    """A few invoices, and a bank file with the payments of some, sent twice."""
    file = _payments([await world.sell() for _ in range(INVOICES)], world.rng)
    for _ in range(2):
        await accepted(partial(world.system.import_bank_file, file))


def _payments(issued: list[dict[str, Any]], rng: random.Random) -> bytes:
    paid = rng.sample(issued, k=INVOICES // 2)
    transfers = [Transfer(sale["account"], sale["kid"], int(sale["payable_ore"])) for sale in paid]
    return ocr_giro_file(transfers, SystemClock().today(), transmission=rng.randrange(1, 10_000_000))


async def _all_mailed(system: SystemUnderTest, issued: int) -> bool:
    return len(system.local.mailbox.message_ids()) == issued
