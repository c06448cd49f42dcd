"""Rendering and delivery scale by copies: they share queue and tables, and nothing is rendered or sent twice."""

from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system

DOCUMENTS = 60


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_two_copies_of_rendering_and_of_delivery_share_the_work(tmp_path: Path) -> None:
    settings = {"FAKTURA_RENDERING_ENGINE": "blank"}
    copies = {"rendering": 2, "delivery": 2}
    async with start_system(tmp_path / "data", bus="rabbit", settings=settings, copies=copies) as system:
        customer = await system.customer(channels=["email"])
        drafts = [await system.draft(customer) for _ in range(DOCUMENTS)]
        await system.post("/v1/invoices/issue", {"ids": drafts})
        await eventually(lambda: _all_mailed(system), within=60, every=0.2)
        await system.holds(within=60)
        for copy in ("rendering", "rendering-2", "delivery", "delivery-2"):
            assert system.local.processes[copy].pid is not None, f"{copy} has ended"


async def _all_mailed(system: SystemUnderTest) -> bool:
    return len(system.local.mailbox.message_ids()) == DOCUMENTS
