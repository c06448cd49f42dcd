"""A final invoice may come to nothing after its a-konto invoices: it is numbered and sent, and asks for no payment."""

from datetime import date
from typing import Any

from shared.contracts.documents import DocumentConfirmed
from shared.contracts.payments import DocumentSettled
from tests.service.documents.story import Shop, a_line, open_shop
from tests.support.service import StartService

FINAL = [a_line(), a_line(description="A-konto, faktura 10001", quantity="-2")]


async def final_invoice(shop: Shop, **content: Any) -> Any:
    return await shop.issued(lines=FINAL, **content)


async def test_a_final_invoice_of_nothing_asks_for_no_payment(start: StartService) -> None:
    shop = await open_shop(start)

    invoice = await final_invoice(shop)

    assert (invoice["number"], invoice["total_ore"], invoice["payable_ore"]) == (10001, 0, 0)
    assert (invoice["kid"], invoice["account"], invoice["due_date"]) == (None, None, None)
    assert invoice["payment_state"] == "settled"
    [event] = await shop.service.emitted(DocumentConfirmed)
    assert (event.document.kid, event.document.due_date, event.document.payable_ore) == (None, None, 0)
    assert await shop.service.broken() == {}


async def test_that_payments_settles_it_changes_nothing_but_the_day(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await final_invoice(shop)

    await shop.service.receives(
        DocumentSettled(
            client_id=shop.client.client_id,
            document_id=invoice["id"],
            customer_id=shop.customer.customer_id,
            settled_on=date(2026, 11, 23),
        )
    )

    settled = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (settled["payment_state"], settled["settled_on"]) == ("settled", "2026-11-23")


async def test_an_invoice_of_nothing_is_credited_once(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await final_invoice(shop)

    note = await shop.post(f"/v1/invoices/{invoice['id']}/credit")
    again = await shop.post(f"/v1/invoices/{invoice['id']}/credit")

    assert (note.status_code, note.json()["total_ore"]) == (201, 0)
    assert (again.status_code, again.json()["code"]) == (409, "already-credited")
    assert (await shop.get(f"/v1/invoices/{invoice['id']}"))["payment_state"] == "settled"
    assert await shop.service.broken() == {}


async def test_an_invoice_that_gives_money_back_is_refused_and_told_how(start: StartService) -> None:
    shop = await open_shop(start)
    draft = await shop.drafted(lines=[a_line(), a_line(quantity="-3")])

    problem = (await shop.post(f"/v1/invoices/{draft}/issue")).json()

    assert (problem["code"], problem["errors"][0]["pointer"]) == ("total-negative", "/lines")
    assert "Krediter" in problem["detail"]
    assert await shop.service.rows("select 1 from series") == []
