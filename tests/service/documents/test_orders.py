"""Orders: agreements that are confirmed by an order confirmation, and invoiced when they are delivered."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentHeld
from shared.db.database import Cause
from shared.db.sql import run
from shared.ids import new_id
from tests.service.documents.story import a_line, open_shop
from tests.support.service import StartService

DELIVERED = {"delivered_on": "2026-11-22"}


async def test_a_draft_order_is_read_changed_and_thrown_away(start: StartService) -> None:
    shop = await open_shop(start)
    path = f"/v1/orders/{await shop.ordered()}"

    changed = await shop.put(path, shop.content(delivered_on=None, note="Endret"), '"1"')
    stale = await shop.put(path, shop.content(delivered_on=None), '"1"')
    [item] = (await shop.get("/v1/orders?status=draft"))["items"]
    deleted = await shop.delete(path, '"2"')
    gone = await shop.service.http.get(path, headers=shop.headers)

    assert (changed.status_code, changed.headers["ETag"], changed.json()["note"]) == (200, '"2"', "Endret")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert (item["id"], item["total_ore"]) == (changed.json()["id"], 250000)
    assert (deleted.status_code, gone.status_code, gone.json()["code"]) == (204, 404, "order-not-found")


async def test_confirming_an_order_makes_an_order_confirmation(start: StartService) -> None:
    shop = await open_shop(start)
    order_id = await shop.ordered(order_number="PO-7", payment_terms_days=30)

    order = (await shop.post(f"/v1/orders/{order_id}/confirm")).json()
    again = (await shop.post(f"/v1/orders/{order_id}/confirm")).json()

    [event] = await shop.service.emitted(DocumentConfirmed)
    assert again == order == await shop.get(f"/v1/orders/{order_id}")
    assert (order["id"], order["status"], order["order_number"]) == (order_id, "confirmed", "PO-7")
    assert order["confirmation"] == {
        "id": str(event.document.document_id),
        "number": 1,
        "document_date": "2026-11-23",
        "delivery_state": "pending",
        "delivery_reason": None,
    }
    assert (event.document.kind, event.document.kid, event.document.due_date) == ("order_confirmation", None, None)
    assert order["confirmation"]["id"] != order_id
    assert [line["net_ore"] for line in order["lines"]] == [line.net_ore for line in event.lines]
    assert await shop.service.broken() == {}


async def test_a_confirmed_order_is_not_changed_or_deleted(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.confirmed_order()
    path, version = f"/v1/orders/{order['id']}", f'"{order["version"]}"'

    changed = await shop.put(path, shop.content(delivered_on=None), version)
    deleted = await shop.delete(path, version)

    assert [(answer.status_code, answer.json()["code"]) for answer in (changed, deleted)] == [
        (409, "already-confirmed")
    ] * 2


@pytest.mark.parametrize("tampering", ["update sales_order set total_ore = 1", "delete from sales_order"])
async def test_nobody_can_change_a_confirmed_order(start: StartService, tampering: str) -> None:
    shop = await open_shop(start)
    await shop.confirmed_order()

    with pytest.raises(DBAPIError, match="is confirmed and is never changed"):
        await shop.service.rows(tampering)


async def test_an_order_shows_where_its_confirmation_stands(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.confirmed_order()
    held = {"client_id": shop.client.client_id, "document_id": order["confirmation"]["id"]}

    await shop.service.receives(DocumentHeld.model_validate({**held, "code": "logo", "reason": "Logo mangler"}))

    later = await shop.get(f"/v1/orders/{order['id']}")
    assert later["confirmation"]["delivery_state"] == "held"
    assert later["confirmation"]["delivery_reason"] == "Logo mangler"
    assert [event["what"] for event in later["events"]] == ["confirmed", "held"]


async def test_the_invoice_of_an_order_carries_over_what_was_confirmed(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.confirmed_order(order_number="PO-7", payment_terms_days=30)

    invoice = (await shop.post(f"/v1/orders/{order['id']}/invoice", {**DELIVERED, "delivery_place": "Kaia"})).json()

    assert (invoice["number"], invoice["due_date"], invoice["order_number"]) == (10001, "2026-12-23", "PO-7")
    assert (invoice["delivered_on"], invoice["delivery_place"]) == ("2026-11-22", "Kaia")
    assert (invoice["refers_to"]["kind"], invoice["refers_to"]["number"]) == ("order_confirmation", 1)
    assert [(link["relation"], link["to_id"], link["amount_ore"]) for link in invoice["links"]] == [
        ("invoices", order["id"], 200000)
    ]
    later = await shop.get(f"/v1/orders/{order['id']}")
    assert [(item["id"], item["number"], item["payment_state"]) for item in later["invoices"]] == [
        (invoice["id"], 10001, "open")
    ]
    assert [event["what"] for event in later["events"]] == ["confirmed", "invoiced"]
    assert await shop.service.broken() == {}


async def test_an_order_is_invoiced_in_full_once_however_many_ask(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.confirmed_order()

    answers = await asyncio.gather(*(shop.post(f"/v1/orders/{order['id']}/invoice", DELIVERED) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    [invoice] = [answer.json() for answer in answers if answer.status_code == 201]
    problems = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["code"] for problem in problems} == {"order-already-invoiced"}
    assert all(invoice["id"] in problem["detail"] for problem in problems)
    assert await shop.service.broken() == {}


async def test_an_order_must_be_confirmed_before_it_is_invoiced(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await shop.post(f"/v1/orders/{await shop.ordered()}/invoice", DELIVERED)

    assert (answer.status_code, answer.json()["code"]) == (409, "order-not-confirmed")


async def test_an_order_that_adds_up_to_nothing_without_mva_is_still_invoiced_once(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.confirmed_order(lines=[a_line(), a_line(quantity="-2", mva_code="5")])

    first = await shop.post(f"/v1/orders/{order['id']}/invoice", DELIVERED)
    second = await shop.post(f"/v1/orders/{order['id']}/invoice", DELIVERED)

    assert (first.json()["net_ore"], first.json()["total_ore"]) == (0, 50000)
    assert (second.status_code, second.json()["code"]) == (409, "order-already-invoiced")


async def test_an_order_needs_no_delivery_but_must_name_the_register(start: StartService) -> None:
    shop = await open_shop(start, in_foretaksregisteret=False)

    problem = (await shop.post(f"/v1/orders/{await shop.ordered()}/confirm")).json()

    assert [error["field"] for error in problem["errors"]] == ["seller-foretaksregisteret"]


async def test_an_order_is_not_an_invoice_and_has_no_delivery_fields(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.ordered()

    assert (await shop.post(f"/v1/invoices/{order}/issue")).status_code == 404
    assert (await shop.post("/v1/orders", shop.content())).status_code == 422
    assert (await shop.post(f"/v1/orders/{order}/invoice", {})).status_code == 422


async def test_another_clients_order_does_not_exist(start: StartService) -> None:
    shop = await open_shop(start)
    other = await open_shop(shop.service)
    path = f"/v1/orders/{await other.ordered()}"

    answers = [
        await shop.service.http.get(path, headers=shop.headers),
        await shop.put(path, shop.content(delivered_on=None), '"1"'),
        await shop.delete(path, '"1"'),
        await shop.post(f"{path}/confirm"),
        await shop.post(f"{path}/invoice", DELIVERED),
        await shop.service.http.get(f"/v1/orders/{new_id()}", headers=shop.headers),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "order-not-found")] * 6
    assert (await shop.get("/v1/orders"))["items"] == []


async def test_an_order_whose_confirmation_is_being_updated_waits_without_holding_the_series(
    start: StartService,
) -> None:
    """Documents are locked before a series, so a delivery update that takes long holds up no other invoice."""
    shop = await open_shop(start)
    order = await shop.confirmed_order()
    hold = "select 1 from document where document_id = :id for update"

    async with shop.service.runtime.database.unit(Cause("test")) as work:
        await run(work.session, sa.text(hold), id=order["confirmation"]["id"])
        waiting = await shop.post(f"/v1/orders/{order['id']}/invoice", DELIVERED)
        other = await shop.issued()

    assert (waiting.status_code, waiting.json()["code"]) == (503, "series-busy")
    assert other["status"] == "confirmed"
    assert (await shop.post(f"/v1/orders/{order['id']}/invoice", DELIVERED)).status_code == 201


async def test_an_order_is_confirmed_once_however_many_ask(start: StartService) -> None:
    shop = await open_shop(start)
    order_id = await shop.ordered()

    answers = await asyncio.gather(*(shop.post(f"/v1/orders/{order_id}/confirm") for _ in range(4)))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(await shop.service.emitted(DocumentConfirmed)) == 1
    assert await shop.service.broken() == {}


async def test_an_order_and_an_invoice_may_have_the_same_external_id(start: StartService) -> None:
    """An external id is unique per kind of resource: the caller's order number may follow the sale."""
    shop = await open_shop(start)

    await shop.ordered(external_id="PO-7")
    invoice = await shop.post("/v1/invoices", shop.content(external_id="PO-7"))

    assert invoice.status_code == 201
