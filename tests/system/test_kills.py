"""Processes are killed and the broker restarts while documents are in the pipeline: nothing is lost, mailed or posted
twice."""

import asyncio
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system

DOCUMENTS = 100
BLOCK = 25
PAYABLE_ORE = 178_125
"""1.5 hours at 950 kroner with 25 % MVA."""
SETTINGS = {
    "FAKTURA_DELIVERY_ANSWER_TIMEOUT_S": "3",
    "FAKTURA_DELIVERY_LEASE_MARGIN_S": "1",
    "FAKTURA_DELIVERY_LEASE_S": "6",
    "FAKTURA_DELIVERY_MAIL_LOG_PATIENCE_S": "2",
    "FAKTURA_DELIVERY_MAIL_LOG_PAUSE_S": "0.5",
}
"""Leases short enough to expire within a test; nothing else differs from production."""


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_kill_9_of_three_services_and_a_broker_restart_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    async with start_system(tmp_path / "data", bus="rabbit", settings=SETTINGS) as system:
        customer = await system.customer(channels=["email"])
        drafts = [await system.draft(customer) for _ in range(DOCUMENTS)]
        for start in range(0, DOCUMENTS, BLOCK):
            await system.post("/v1/invoices/issue", {"ids": drafts[start : start + BLOCK]})
        for number, victim in enumerate(("rendering", "delivery", "ledger")):
            await _in_the_middle(system, at_least=5 + 20 * number)
            await system.local.processes[victim].kill()
            await system.local.processes[victim].start()
        await _in_the_middle(system, at_least=65)
        await _restart_broker(system)
        await eventually(lambda: _all_posted(system), within=180, every=0.5)
        await system.holds(within=120)
        mailed = system.local.mailbox.message_ids()
        assert len(mailed) == DOCUMENTS
        assert set(mailed.values()) == {1}


async def _in_the_middle(system: SystemUnderTest, *, at_least: int) -> None:
    """Wait until some documents are posted, but not all: a fault must hit work in progress."""
    posted = await eventually(lambda: _posted_if(system, at_least), within=120, every=0.05)
    assert posted < DOCUMENTS, "everything was posted before the fault"


async def _posted_if(system: SystemUnderTest, at_least: int) -> int:
    posted = await _posted(system)
    return posted if posted >= at_least else 0


async def _all_posted(system: SystemUnderTest) -> bool:
    return await _posted(system) == DOCUMENTS


async def _posted(system: SystemUnderTest) -> int:
    """How many are posted, by the balance of account 1500."""
    accounts = (await system.get("/v1/ledger/accounts"))["accounts"]
    return int(next(account["balance_ore"] for account in accounts if account["number"] == 1500) // PAYABLE_ORE)


async def _restart_broker(system: SystemUnderTest) -> None:
    assert system.local.broker is not None
    await asyncio.to_thread(system.local.broker.stop)
    await asyncio.to_thread(system.local.broker.start)
