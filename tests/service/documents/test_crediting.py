"""Credit notes: made from an issued invoice, in their own series, never for more than the invoice."""

import asyncio
from datetime import UTC, datetime

from shared.clock import MovableClock
from shared.contracts.documents import DocumentConfirmed
from tests.service.documents.story import a_line, open_shop
from tests.support.service import StartService


async def test_a_credit_note_takes_the_whole_invoice_back_in_its_own_series(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued(lines=[a_line(), a_line(mva_code="33", quantity="3", unit_price="33.33")])

    answer = await shop.post(f"/v1/invoices/{invoice['id']}/credit", {"reason": "Varen ble returnert."})
    note = answer.json()

    assert answer.headers["Location"] == f"/v1/credit-notes/{note['id']}"
    assert (note["kind"], note["number"]) == ("credit_note", 1)
    assert (note["kid"], note["account"], note["due_date"]) == (None, None, None)
    assert (note["refers_to"]["number"], note["note"]) == (10001, "Varen ble returnert.")
    assert [note[name] for name in ("lines", "mva_totals", "total_ore")] == [
        invoice[name] for name in ("lines", "mva_totals", "total_ore")
    ]
    assert (note["delivered_on"], note["delivery_place"]) == (invoice["delivered_on"], invoice["delivery_place"])
    assert await shop.get(f"/v1/credit-notes/{note['id']}") == note
    assert await shop.service.broken() == {}


async def test_a_credited_invoice_names_its_credit_note(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    note = (await shop.post(f"/v1/invoices/{invoice['id']}/credit")).json()

    credited = await shop.get(f"/v1/invoices/{invoice['id']}")

    assert (credited["payment_state"], credited["credited_ore"]) == ("credited", invoice["total_ore"])
    link = {"relation": "credits", "from_id": note["id"], "to_id": invoice["id"], "ordinal": 1, "amount_ore": 250000}
    assert credited["links"] == note["links"] == [link]
    assert [event["what"] for event in credited["events"]] == ["confirmed", "credited"]
    [item] = (await shop.get("/v1/invoices"))["items"]
    assert (item["payment_state"], item["credited_ore"]) == ("credited", 250000)


async def test_an_invoice_is_credited_in_full_once_however_many_ask(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()

    answers = await asyncio.gather(*(shop.post(f"/v1/invoices/{invoice['id']}/credit") for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    [note] = [answer.json() for answer in answers if answer.status_code == 201]
    problems = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["code"] for problem in problems} == {"already-credited"}
    assert all(note["id"] in problem["detail"] for problem in problems)
    assert len(await shop.service.emitted(DocumentConfirmed)) == 2
    assert await shop.service.broken() == {}


async def test_a_seller_who_has_left_the_mva_register_takes_back_the_tax_it_charged(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    await shop.service.receives(shop.client.model_copy(update={"version": 2, "mva_registered": False, "active": False}))

    note = (await shop.post(f"/v1/invoices/{invoice['id']}/credit")).json()

    assert note["mva_ore"] == invoice["mva_ore"] == 50000


async def test_a_draft_cannot_be_credited(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await shop.post(f"/v1/invoices/{await shop.drafted()}/credit")

    assert (answer.status_code, answer.json()["code"]) == (409, "not-confirmed")


async def test_a_credit_note_is_judged_by_the_rules_of_its_invoice(start: StartService) -> None:
    """The buyer's orgnr is required from 2028; an invoice from before is still taken back."""
    clock = MovableClock(datetime(2027, 12, 31, 12, tzinfo=UTC))
    shop = await open_shop(await start("documents", clock=clock), customer={"orgnr": None})
    invoice = await shop.issued()
    clock.move_to(datetime(2028, 1, 3, 12, tzinfo=UTC))

    answer = await shop.post(f"/v1/invoices/{invoice['id']}/credit")

    assert (answer.status_code, answer.json().get("document_date")) == (201, "2028-01-03")
