"""The audit over all services: each write by API or command line is in it, some seconds later."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from cli.databases import opened
from cli.parked import discard_parked
from shared.db.database import Cause
from shared.db.sql import run
from shared.ids import new_id
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, an_invoice, start_system

READING = {"GET", "HEAD"}


@pytest.mark.timeout(180)
async def test_every_write_of_a_story_is_in_the_audit(tmp_path: Path) -> None:
    """Whatever a later operation does: it is recorded by default."""
    async with start_system(tmp_path / "data", settings={"FAKTURA_RENDERING_ENGINE": "blank"}) as system:
        written: dict[str, str] = {}
        system.api.event_hooks["response"].append(lambda response: _note(response, written))
        await _story(system)
        assert len(written) > 8
        assert await eventually(lambda: _missing(system, written), within=30) == "none"


@pytest.mark.timeout(180)
async def test_what_is_done_by_command_is_in_the_audit_of_the_bureau(tmp_path: Path) -> None:
    async with start_system(tmp_path / "data") as system:
        message_id = new_id()
        await _park(system, message_id)
        assert await discard_parked(system.local.settings, message_id, "en test")

        async def entries() -> list[dict[str, Any]]:
            return await _entries(system, resource="parked-messages")

        (entry,) = await eventually(entries, within=30)
        assert (entry["actor"], entry["action"], entry["service"]) == ("command-line", "parked discard", "ledger")
        assert (entry["resource_id"], entry["after"]["reason"]) == (str(message_id), "en test")
        first, *_ = await _entries(system, resource="api-keys")
        assert (first["action"], first["actor"]) == ("bureau-key", "command-line")


async def _story(system: SystemUnderTest) -> None:
    """What a client does by API: registers and changes, drafts, issues alone and in a block, credits, discards."""
    customer_id = await system.customer()
    customer = await system.get(f"/v1/customers/{customer_id}")
    fields = ("is_business", "name", "orgnr", "address", "email", "channels", "payment_terms_days")
    changed = {name: customer[name] for name in fields} | {"payment_terms_days": 20}
    await system.api.put(f"/v1/customers/{customer_id}", json=changed, headers={"If-Match": '"1"'})
    draft = await system.draft(customer_id)
    await system.api.put(f"/v1/invoices/{draft}", json=an_invoice(customer_id), headers={"If-Match": '"1"'})
    await system.post(f"/v1/invoices/{draft}/issue")
    await system.post("/v1/invoices/issue", {"ids": [await system.draft(customer_id) for _ in range(3)]})
    await system.post(f"/v1/invoices/{draft}/credit")
    order = (await system.post("/v1/orders", _an_order(customer_id)))["id"]
    await system.post(f"/v1/orders/{order}/confirm")
    await system.posted(draft)


def _an_order(customer_id: str) -> dict[str, Any]:
    return {name: value for name, value in an_invoice(customer_id).items() if name != "delivered_on"}


async def _note(response: httpx2.Response, written: dict[str, str]) -> None:
    if response.is_success and response.request.method not in READING:
        written[response.headers["x-correlation-id"]] = f"{response.request.method} {response.request.url.path}"


async def _missing(system: SystemUnderTest, written: dict[str, str]) -> str:
    """The writes without an entry, or `none`."""
    recorded = {entry["request_id"] for entry in await _entries(system)}
    missing = [operation for request_id, operation in written.items() if request_id not in recorded]
    if missing:
        raise AssertionError(f"not in the audit: {missing}")
    return "none"


async def _entries(system: SystemUnderTest, **query: Any) -> list[dict[str, Any]]:
    async with system.local.api(system.local.bureau_key) as bureau:
        answer = await bureau.get("/v1/audit-entries", params={"limit": 200, **query})
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def _park(system: SystemUnderTest, message_id: object) -> None:
    """A message that the ledger could not handle."""
    statement = sa.text(
        "insert into inbox (consumer, message_id, state, reason, body) values ('x', :id, 'parked', 'x', 'x')"
    )
    settings = system.local.settings
    async with opened("ledger", settings, "test") as database, database.unit(Cause("test")) as work:
        await run(work.session, statement, id=message_id)
