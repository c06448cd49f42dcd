"""The invariants find what is broken, and the records can be compared with those of other services."""

import pytest

from tests.service.documents.story import open_shop
from tests.support.service import StartService


@pytest.mark.parametrize(
    ("damage", "invariant"),
    [
        ("update series set next_number = next_number + 1", "documents/gapless"),
        ("update document set paid_ore = 5", "documents/paid-is-the-payments"),
        ("delete from outbox", "documents/published-once"),
    ],
)
async def test_damage_is_found(start: StartService, damage: str, invariant: str) -> None:
    shop = await open_shop(start)
    await shop.issued()
    await shop.service.rows(damage)

    assert list(await shop.service.broken()) == [invariant]


async def test_the_records_name_what_was_confirmed(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    note = (await shop.post(f"/v1/invoices/{invoice['id']}/credit")).json()
    await shop.drafted()

    records = {
        name: {row["key"]: row["value"] for row in await shop.service.rows(statement)}
        for name, statement in shop.service.runtime.service.records.items()
    }

    assert records["sales_documents"] == {invoice["id"]: "invoice 250000", note["id"]: "credit_note 250000"}
    assert records["confirmed"] == {invoice["id"]: "invoice", note["id"]: "credit_note"}
    client = shop.client.client_id
    assert records["numbers"] == {f"{client}/invoice": "10001", f"{client}/credit_note": "1"}
    assert records["reminders"] == {}
