"""Services scale by copies: they share queues and tables, every copy works, and nothing is done twice."""

from pathlib import Path

import pytest

from dev.playground.bank import Transfer, ocr_giro_file
from shared.clock import SystemClock
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
        before = await system.handled()
        await _issue(system)
        await eventually(lambda: _all_mailed(system), within=60, every=0.2)
        await system.holds(within=60)
        await _every_copy_worked(system, before, "rendering", "delivery")
        assert all(_mails_of(system, copy) for copy in ("delivery", "delivery-2")), "a copy of delivery sent no mail"


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_two_copies_of_documents_payments_and_ledger_share_the_work(tmp_path: Path) -> None:
    settings = {"FAKTURA_RENDERING_ENGINE": "blank"}
    copies = {"documents": 2, "payments": 2, "ledger": 2}
    async with start_system(tmp_path / "data", bus="rabbit", settings=settings, copies=copies) as system:
        before = await system.handled()
        for name in "ABCDEFGHIJ":  # customers are all that documents subscribes to here
            await system.customer(name=f"Kunde {name} AS", channels=["email"])
        issued = await _issue(system)
        await eventually(lambda: _all_mailed(system), within=60, every=0.2)
        await _pay(system, issued)
        await system.holds(within=60)
        await _every_copy_worked(system, before, "documents", "payments", "ledger")


async def _issue(system: SystemUnderTest) -> list[str]:
    customer = await system.customer(channels=["email"])
    drafts = [await system.draft(customer) for _ in range(DOCUMENTS)]
    await system.post("/v1/invoices/issue", {"ids": drafts})
    return drafts


async def _pay(system: SystemUnderTest, invoices: list[str]) -> None:
    details = [await system.get(f"/v1/invoices/{invoice}") for invoice in invoices]
    transfers = [Transfer(sale["account"], sale["kid"], int(sale["payable_ore"])) for sale in details]
    await system.import_bank_file(ocr_giro_file(transfers, SystemClock().today(), transmission=1))


async def _every_copy_worked(system: SystemUnderTest, before: dict[str, int], *services: str) -> None:
    """An idle copy proves nothing about two that share the work."""
    after = await system.handled()
    work = {copy: after[copy] - before[copy] for service in services for copy in (service, f"{service}-2")}
    assert all(work.values()), f"a copy was idle: {work}"


def _mails_of(system: SystemUnderTest, copy: str) -> int:
    return system.local.processes[copy].log.read_text(encoding="utf-8").count("mail_attempted")


async def _all_mailed(system: SystemUnderTest) -> bool:
    return len(system.local.mailbox.message_ids()) == DOCUMENTS
