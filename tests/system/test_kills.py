"""Processes are killed and the broker restarts while documents are on their way: nothing is lost, mailed or posted
twice."""

import asyncio
from pathlib import Path

import pytest

from services.stage.stage import wait_until_ready
from tests.support.eventually import eventually
from tests.support.house import House, a_house

DOCUMENTS = 200
BLOCK = 50
SETTINGS = {"FAKTURA_DELIVERY_LEASE_S": "5", "FAKTURA_RENDERING_ENGINE": "blank"}


@pytest.mark.rabbit
@pytest.mark.timeout(400)
async def test_kill_9_of_three_services_and_a_broker_restart_lose_and_double_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path / "data", bus="rabbit", settings=SETTINGS) as house:
        customer = await house.customer(channels=["email"])
        drafts = [await house.draft(customer) for _ in range(DOCUMENTS)]
        issuing = asyncio.create_task(_issue_in_blocks(house, drafts))
        for number, victim in enumerate(("rendering", "delivery", "ledger"), start=1):
            await _posted_at_least(house, number * DOCUMENTS // 10)
            process = house.stage.processes[victim]
            await process.kill()
            await process.start()
            await wait_until_ready(house.stage)
        await _restart_broker(house)
        await issuing
        await _posted_at_least(house, DOCUMENTS)
        await house.holds(within=120)
        assert len(house.stage.mailbox.message_ids()) == DOCUMENTS
        assert set(house.stage.mailbox.message_ids().values()) == {1}


async def _issue_in_blocks(house: House, drafts: list[str]) -> None:
    for start in range(0, len(drafts), BLOCK):
        await house.post("/v1/invoices/issue", {"ids": drafts[start : start + BLOCK]})


async def _posted_at_least(house: House, wanted: int) -> None:
    async def enough() -> bool:
        mailed = len(house.stage.mailbox.message_ids())
        accounts = await house.get("/v1/ledger/accounts")
        receivable = next((one["balance_ore"] for one in accounts["accounts"] if one["number"] == 1500), 0)
        return mailed >= wanted and receivable >= wanted * PAYABLE_ORE

    await eventually(enough, within=120, every=0.1)


PAYABLE_ORE = 178_125
"""1.5 hours at 950 kroner with 25 % MVA."""


async def _restart_broker(house: House) -> None:
    assert house.stage.broker is not None
    await asyncio.to_thread(house.stage.broker.stop)
    await asyncio.to_thread(house.stage.broker.start)
