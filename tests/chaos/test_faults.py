"""A month of work on a bus that delivers late, twice and out of order, while database connections break: every
invariant holds afterwards. Run one again with its seed: FAKTURA_CHAOS_SEED=… ./faktura test tests/chaos"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dev.playground.bank import Transfer, ocr_giro_file
from shared.clock import SystemClock
from shared.ids import new_id
from tests.chaos.faults import FaultyBus
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system

INVOICES = 40
SEEDS = [int(os.environ["FAKTURA_CHAOS_SEED"])] if "FAKTURA_CHAOS_SEED" in os.environ else [20261123, 7]


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the connections that were broken
@pytest.mark.parametrize("seed", SEEDS)
async def test_the_books_are_right_whatever_the_bus_and_the_connections_do(tmp_path: Path, seed: int) -> None:
    print(f"seed {seed}")
    chance, bus = random.Random(seed), FaultyBus(seed)
    settings = {"FAKTURA_RENDERING_ENGINE": "blank", "FAKTURA_RETRY_PAUSE_S": "0.1"}
    async with start_system(tmp_path / "data", settings=settings, new_bus=lambda: bus) as system:
        customers = [await system.customer(channels=[channel]) for channel in ("email", "print")]
        breaking = asyncio.create_task(_break_connections(system, chance))
        drafts = [await system.draft(chance.choice(customers)) for _ in range(INVOICES)]
        issued = [await _insist(partial(system.post, f"/v1/invoices/{draft}/issue")) for draft in drafts]
        await _pay(system, issued, chance)
        breaking.cancel()
        await eventually(partial(_all_printed, system), within=60, every=0.2)
        await system.holds(within=90)
        assert bus.faults > INVOICES, "a run without mischief proves nothing"


async def _break_connections(system: SystemUnderTest, chance: random.Random) -> None:
    """Now and then the database drops a service's connections, in the middle of whatever they do."""
    engine = sa.create_engine(system.system.settings.owner_database("documents"), isolation_level="AUTOCOMMIT")
    victims = ("rendering", "delivery", "ledger", "payments")
    drop = sa.text("select pg_terminate_backend(pid) from pg_stat_activity where application_name = :name")
    try:
        while True:
            await asyncio.sleep(chance.uniform(0.2, 0.6))
            with engine.connect() as connection:
                connection.execute(drop, {"name": f"faktura-{chance.choice(victims)}"})
    finally:
        engine.dispose()


async def _pay(system: SystemUnderTest, issued: list[dict[str, object]], chance: random.Random) -> None:
    """Two files that overlap, sent in any order, one of them twice: some pay all, some less, some too much."""
    transfers = [_transfer(invoice, chance) for invoice in chance.sample(issued, k=INVOICES // 2)]
    file = ocr_giro_file(transfers, SystemClock().today(), transmission=chance.randrange(1, 10_000_000))
    for _ in range(2):
        await _insist(partial(_send, system, file))


def _transfer(invoice: dict[str, object], chance: random.Random) -> Transfer:
    payable = int(str(invoice["payable_ore"]))
    return Transfer(
        str(invoice["account"]), str(invoice["kid"]), chance.choice((payable, payable // 2, payable + 5_000))
    )


async def _send(system: SystemUnderTest, file: bytes) -> dict[str, object]:
    headers = {"Idempotency-Key": str(new_id()), "Content-Type": "text/plain"}
    made: dict[str, object] = (
        (await system.api.post("/v1/bank-files", content=file, headers=headers)).raise_for_status().json()
    )
    return made


async def _insist(call: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """A caller whose request met a broken connection asks again."""
    return await eventually(call, within=20, every=0.1)


async def _all_printed(system: SystemUnderTest) -> bool:
    await system.shop.print_all()
    handed_over = await system.get("/v1/deliveries", limit=200, state="handed_over")
    return len(handed_over["items"]) == INVOICES
