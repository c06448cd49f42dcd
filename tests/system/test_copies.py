"""Rendering and delivery scale by copies: they share the queue and the table, and nothing is made or sent twice."""

from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.house import House, a_house

DOCUMENTS = 60


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_two_copies_of_rendering_and_of_delivery_share_the_work(tmp_path: Path) -> None:
    settings = {"FAKTURA_RENDERING_ENGINE": "blank"}
    copies = {"rendering": 2, "delivery": 2}
    async with a_house(tmp_path / "data", bus="rabbit", settings=settings, copies=copies) as house:
        customer = await house.customer(channels=["email"])
        drafts = [await house.draft(customer) for _ in range(DOCUMENTS)]
        await house.post("/v1/invoices/issue", {"ids": drafts})
        await eventually(lambda: _all_mailed(house), within=60, every=0.2)
        await house.holds(within=60)
        for copy in ("rendering", "rendering-2", "delivery", "delivery-2"):
            assert house.stage.processes[copy].pid is not None, f"{copy} has ended"


async def _all_mailed(house: House) -> bool:
    return len(house.stage.mailbox.message_ids()) == DOCUMENTS
