"""Processes die and freeze, networks and queues fail, while invoices are issued and paid: nothing is lost or repeated.

Repeat a run by its seed: ./faktura test tests/chaos --seed …; ten seeds: ./faktura test tests/chaos --soak
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from dev.playground.bank import Transfer, ocr_giro_file
from shared.clock import SystemClock
from shared.ids import new_id
from tests.chaos.process_faults import FAULTS, World, world_of
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system
from tests.system.test_kills import SETTINGS

INVOICES = 10
"""In a bank file."""
T = TypeVar("T")
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
        world = await stack.enter_async_context(world_of(system, rng))
        customer = await system.customer(channels=["email"])
        faults = asyncio.create_task(_befall(world))
        issued = 0
        while not faults.done():
            issued += await _issue_and_pay(system, customer, rng)
        await faults
        await eventually(lambda: _all_mailed(system, issued), within=120, every=0.5)
        await system.holds(within=120)
        assert set(system.local.mailbox.message_ids().values()) == {1}, "a mail was accepted twice"


async def _befall(world: World) -> None:
    """Every fault, in an order of the seed."""
    for name in world.rng.sample(sorted(FAULTS), k=len(FAULTS)):
        print(f"{name}: {await FAULTS[name](world)}")


async def _issue_and_pay(system: SystemUnderTest, customer: str, rng: random.Random) -> int:
    """A few invoices, and a bank file with the payments of some, sent twice."""
    issued = [await _issued(system, customer) for _ in range(INVOICES)]
    file = _payments(issued, rng)
    for _ in range(2):
        await _accepted(partial(system.import_bank_file, file))
    return INVOICES


async def _issued(system: SystemUnderTest, customer: str) -> dict[str, Any]:
    draft = await _accepted(partial(system.draft, customer))
    return await _accepted(partial(system.post, f"/v1/invoices/{draft}/issue", key=new_id()))


async def _accepted(call: Callable[[], Awaitable[T]]) -> T:
    """Repeat a call that met a process which is down, frozen or without its database, with the same key: it may have
    been carried out without an answer."""

    async def attempt() -> T:
        async with asyncio.timeout(5):
            return await call()

    return await eventually(attempt, within=60, every=0.2)


def _payments(issued: list[dict[str, Any]], rng: random.Random) -> bytes:
    paid = rng.sample(issued, k=INVOICES // 2)
    transfers = [Transfer(sale["account"], sale["kid"], int(sale["payable_ore"])) for sale in paid]
    return ocr_giro_file(transfers, SystemClock().today(), transmission=rng.randrange(1, 10_000_000))


async def _all_mailed(system: SystemUnderTest, issued: int) -> bool:
    return len(system.local.mailbox.message_ids()) == issued
