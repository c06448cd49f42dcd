"""What is made of others: credit notes, order confirmations, invoices of orders, reminders."""

import asyncio
from datetime import date, timedelta

from shared.contracts.documents import DocumentConfirmed
from shared.contracts.payments import DocumentOverdue, DocumentSettled, PaymentMatched
from shared.ids import new_id
from shared.values import DocumentKind
from tests.service.documents.story import Shop, a_line, open_shop
from tests.support.service import StartService


def overdue(shop: Shop, invoice_id: str, *, level: int = 1, outstanding_ore: int = 250000) -> DocumentOverdue:
    return DocumentOverdue.model_validate(
        {
            "client_id": shop.client.client_id,
            "document_id": invoice_id,
            "customer_id": shop.customer.customer_id,
            "level": level,
            "due_date": date(2026, 12, 7),
            "outstanding_ore": outstanding_ore,
            "found_on": date(2026, 12, 22),
        }
    )


def paid(shop: Shop, invoice_id: str, amount_ore: int) -> PaymentMatched:
    return PaymentMatched.model_validate(
        {
            "client_id": shop.client.client_id,
            "payment_id": new_id(),
            "document_id": invoice_id,
            "customer_id": shop.customer.customer_id,
            "kind": "partial",
            "account": "86011117947",
            "kid": "1",
            "paid_on": date(2026, 12, 1),
            "amount_ore": amount_ore,
            "remaining_ore": 250000 - amount_ore,
        }
    )


async def confirmed(shop: Shop, kind: DocumentKind) -> list[DocumentConfirmed]:
    return [event for event in await shop.service.emitted(DocumentConfirmed) if event.document.kind == kind]


async def test_a_credit_note_takes_the_whole_invoice_back_in_its_own_series(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued(lines=[a_line(), a_line(mva_code="33", quantity="3", unit_price="33.33")])

    answer = await shop.post(f"/v1/invoices/{invoice['id']}/credit", {"reason": "Varen ble returnert."})
    note = answer.json()

    assert answer.headers["Location"] == f"/v1/credit-notes/{note['id']}"
    assert (note["kind"], note["number"], note["kid"], note["account"], note["due_date"]) == (
        "credit_note",
        1,
        None,
        None,
        None,
    )
    assert (note["refers_to"]["number"], note["note"]) == (10001, "Varen ble returnert.")
    assert [note[name] for name in ("lines", "mva_totals", "total_ore")] == [
        invoice[name] for name in ("lines", "mva_totals", "total_ore")
    ]
    assert (note["delivered_on"], note["delivery_place"]) == (invoice["delivered_on"], invoice["delivery_place"])
    assert await shop.get(f"/v1/credit-notes/{note['id']}") == note
    found = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (found["payment_state"], found["credit_note_id"]) == ("credited", note["id"])
    assert [event["what"] for event in found["events"]] == ["confirmed", "credited"]
    assert await shop.service.broken() == {}


async def test_an_invoice_is_credited_once_however_many_ask(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()

    answers = await asyncio.gather(*(shop.post(f"/v1/invoices/{invoice['id']}/credit") for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already-credited"}
    assert len(await confirmed(shop, "credit_note")) == 1
    assert await shop.service.broken() == {}


async def test_one_who_has_left_the_mva_register_takes_back_the_tax_it_charged(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    await shop.service.receives(shop.client.model_copy(update={"version": 2, "mva_registered": False, "active": False}))

    note = (await shop.post(f"/v1/invoices/{invoice['id']}/credit")).json()

    assert note["mva_ore"] == invoice["mva_ore"] == 50000


async def test_a_draft_cannot_be_credited(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await shop.post(f"/v1/invoices/{await shop.drafted()}/credit")

    assert (answer.status_code, answer.json()["code"]) == (409, "not-confirmed")


async def test_an_order_is_confirmed_and_then_invoiced_once(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.ordered(order_number="PO-7", payment_terms_days=30)
    early = await shop.post(f"/v1/orders/{order}/invoice", {"delivered_on": "2026-11-22"})

    confirmation = (await shop.post(f"/v1/orders/{order}/confirm")).json()
    again = (await shop.post(f"/v1/orders/{order}/confirm")).json()
    invoiced = await shop.post(f"/v1/orders/{order}/invoice", {"delivered_on": "2026-11-22", "delivery_place": "Kaia"})
    twice = await shop.post(f"/v1/orders/{order}/invoice", {"delivered_on": "2026-11-22"})

    assert (early.status_code, early.json()["code"]) == (409, "order-not-confirmed")
    assert (confirmation["kind"], confirmation["number"], confirmation["kid"], confirmation["due_date"]) == (
        "order_confirmation",
        1,
        None,
        None,
    )
    assert again == confirmation
    invoice = invoiced.json()
    assert (invoice["number"], invoice["due_date"], invoice["order_number"]) == (10001, "2026-12-23", "PO-7")
    assert (invoice["delivered_on"], invoice["delivery_place"]) == ("2026-11-22", "Kaia")
    assert invoice["refers_to"]["document_id"] == order
    assert (twice.status_code, twice.json()["code"]) == (409, "order-already-invoiced")
    assert invoice["id"] in twice.json()["detail"]
    assert [event["what"] for event in (await shop.get(f"/v1/orders/{order}"))["events"]] == ["confirmed", "invoiced"]
    assert await shop.service.broken() == {}


async def test_an_order_needs_no_delivery_but_the_sellers_marks(start: StartService) -> None:
    shop = await open_shop(start, in_foretaksregisteret=False)

    problem = (await shop.post(f"/v1/orders/{await shop.ordered()}/confirm")).json()

    assert [error["field"] for error in problem["errors"]] == ["seller-foretaksregisteret"]


async def test_an_order_is_not_an_invoice_and_has_no_delivery_fields(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.ordered()

    assert (await shop.post(f"/v1/invoices/{order}/issue")).status_code == 404
    assert (await shop.post("/v1/orders", shop.content())).status_code == 422
    assert (await shop.post(f"/v1/orders/{order}/invoice", {})).status_code == 422


async def test_an_overdue_invoice_gets_one_reminder_per_level(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    shop.service.clock.advance(timedelta(days=30))
    first = shop.service.envelope(overdue(shop, invoice["id"]))

    await shop.service.receives_envelope(first)
    await shop.service.receives_envelope(first)
    await shop.service.receives(
        overdue(shop, invoice["id"]), overdue(shop, invoice["id"], level=2, outstanding_ore=200000)
    )

    one, two = await confirmed(shop, "reminder")
    assert (one.document.number, one.document.reminder_level, one.outstanding_ore) == (1, 1, 250000)
    assert (two.document.number, two.document.reminder_level, two.document.payable_ore) == (2, 2, 200000)
    assert (one.document.kid, one.document.account) == (invoice["kid"], invoice["account"])
    assert (one.document.document_date, one.document.due_date) == (date(2026, 12, 23), date(2027, 1, 6))
    assert (one.lines, one.document.mva_totals, one.document.total_ore) == ((), (), 0)
    assert one.document.refers_to is not None
    assert one.document.refers_to.number == 10001
    read = await shop.get(f"/v1/reminders/{one.document.document_id}")
    assert (read["payable_ore"], read["total_ore"], read["reminder_level"]) == (250000, 0, 1)
    events = (await shop.get(f"/v1/invoices/{invoice['id']}"))["events"]
    assert [(event["what"], event["number"]) for event in events] == [
        ("confirmed", None),
        ("overdue", 1),
        ("overdue", 2),
        ("reminded", 1),
        ("reminded", 2),
    ]
    assert await shop.service.broken() == {}


async def test_a_settled_or_credited_invoice_is_not_reminded_of(start: StartService) -> None:
    shop = await open_shop(start)
    settled, credited = await shop.issued(), await shop.issued()
    await shop.service.receives(
        DocumentSettled.model_validate(
            {
                "client_id": shop.client.client_id,
                "document_id": settled["id"],
                "customer_id": shop.customer.customer_id,
                "settled_on": date(2026, 12, 1),
            }
        )
    )
    await shop.post(f"/v1/invoices/{credited['id']}/credit")

    await shop.service.receives(overdue(shop, settled["id"]), overdue(shop, credited["id"]))

    assert await confirmed(shop, "reminder") == []
    assert await shop.service.rows("select 1 from series where series = 'reminder'") == []


async def test_a_reminder_asks_for_no_more_than_is_left_here(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    await shop.service.receives(paid(shop, invoice["id"], 100000))

    await shop.service.receives(overdue(shop, invoice["id"], outstanding_ore=250000))

    [reminder] = await confirmed(shop, "reminder")
    assert reminder.outstanding_ore == 150000
