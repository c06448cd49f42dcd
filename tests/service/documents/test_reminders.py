"""Reminders: one for each level of an overdue invoice, and never for more than is left to pay."""

from datetime import date, timedelta

from shared.contracts.documents import DocumentConfirmed
from shared.contracts.payments import DocumentOverdue, DocumentSettled, PaymentMatched
from shared.contracts.values import Claim
from shared.ids import new_id
from tests.service.documents.story import Shop, open_shop
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


def settled(shop: Shop, invoice_id: str) -> DocumentSettled:
    return DocumentSettled.model_validate(
        {
            "client_id": shop.client.client_id,
            "document_id": invoice_id,
            "customer_id": shop.customer.customer_id,
            "settled_on": date(2026, 12, 1),
        }
    )


async def reminders(shop: Shop) -> list[DocumentConfirmed]:
    events = await shop.service.emitted(DocumentConfirmed)
    return [event for event in events if event.document.kind == "reminder"]


async def test_an_overdue_invoice_gets_one_reminder_per_level(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    shop.service.clock.advance(timedelta(days=30))
    envelope = shop.service.envelope(overdue(shop, invoice["id"]))

    await shop.service.receives_envelope(envelope)
    await shop.service.receives_envelope(envelope)
    await shop.service.receives(
        overdue(shop, invoice["id"]), overdue(shop, invoice["id"], level=2, outstanding_ore=200000)
    )

    first, second = await reminders(shop)
    assert (first.document.number, first.document.reminder_level, first.outstanding_ore) == (1, 1, 250000)
    assert (second.document.number, second.document.reminder_level, second.document.payable_ore) == (2, 2, 200000)
    events = (await shop.get(f"/v1/invoices/{invoice['id']}"))["events"]
    assert [(event["what"], event["number"]) for event in events] == [
        ("confirmed", None),
        ("overdue", 1),
        ("overdue", 2),
        ("reminded", 1),
        ("reminded", 2),
    ]
    assert await shop.service.broken() == {}


async def test_a_reminder_asks_for_what_is_left_and_sells_nothing(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    shop.service.clock.advance(timedelta(days=30))

    await shop.service.receives(overdue(shop, invoice["id"]))

    [event] = await reminders(shop)
    assert (event.document.kid, event.document.account) == (invoice["kid"], invoice["account"])
    assert (event.document.document_date, event.document.due_date) == (date(2026, 12, 23), date(2027, 1, 6))
    assert (event.lines, event.document.mva_totals, event.document.total_ore) == ((), (), 0)
    assert event.document.refers_to is not None
    assert event.document.refers_to.number == 10001
    reminder = await shop.get(f"/v1/reminders/{event.document.document_id}")
    assert (reminder["payable_ore"], reminder["total_ore"], reminder["reminder_level"]) == (250000, 0, 1)
    assert [(link["relation"], link["to_id"], link["ordinal"]) for link in reminder["links"]] == [
        ("reminds", invoice["id"], 1)
    ]


async def test_a_settled_or_credited_invoice_is_not_reminded_of(start: StartService) -> None:
    shop = await open_shop(start)
    settled_id, credited_id = (await shop.issued())["id"], (await shop.issued())["id"]
    await shop.service.receives(settled(shop, settled_id))
    await shop.post(f"/v1/invoices/{credited_id}/credit")

    await shop.service.receives(overdue(shop, settled_id), overdue(shop, credited_id))

    assert await reminders(shop) == []
    assert await shop.service.rows("select 1 from series where series = 'reminder'") == []


async def test_what_is_deducted_of_the_customers_credit_is_not_called_paid(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()

    await shop.service.receives(overdue(shop, invoice["id"], outstanding_ore=150000))

    [reminder] = await reminders(shop)
    assert reminder.outstanding_ore == 150000
    assert reminder.claim == Claim(due_date=date(2026, 12, 7), payable_ore=250000, credited_ore=0, paid_ore=0)


async def test_a_reminder_asks_for_no_more_than_is_left_here(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    await shop.service.receives(paid(shop, invoice["id"], 100000))

    await shop.service.receives(overdue(shop, invoice["id"], outstanding_ore=250000))

    [reminder] = await reminders(shop)
    assert reminder.outstanding_ore == 150000
    assert reminder.claim == Claim(due_date=date(2026, 12, 7), payable_ore=250000, credited_ore=0, paid_ore=100000)
