"""A client that moves in goes on with its numbers: the first number of a series is set once, before it is used."""

import asyncio
from typing import Any

import httpx2
import pytest

from shared.ids import new_id
from tests.service.documents.story import Shop, open_shop
from tests.support.service import StartService


async def put(shop: Shop, series: str, first_number: Any, **headers: str) -> httpx2.Response:
    """As the bureau, for the client of the shop."""
    bureau = await shop.service.key(None, "bureau")
    body = {"first_number": first_number}
    named = {"Faktura-Client": str(shop.client.client_id)}
    return await shop.service.http.put(f"/v1/number-series/{series}", json=body, headers=bureau | named | headers)


async def test_credit_notes_go_on_from_the_number_that_was_set(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await put(shop, "credit_note", 201)
    invoice = await shop.issued()
    note = (await shop.post(f"/v1/invoices/{invoice['id']}/credit")).json()

    assert answer.status_code == 200
    assert answer.json() == {"series": "credit_note", "first_number": 201, "next_number": 201, "is_locked": True}
    assert (invoice["number"], note["number"]) == (10001, 201)
    assert await shop.service.broken() == {}


async def test_every_series_is_listed_with_its_numbers(start: StartService) -> None:
    shop = await open_shop(start)
    await put(shop, "reminder", 7)
    await shop.issued()

    items = (await shop.get("/v1/number-series"))["items"]

    assert [(item["series"], item["first_number"], item["next_number"], item["is_locked"]) for item in items] == [
        ("order_confirmation", 1, 1, False),
        ("invoice", 10001, 10002, True),
        ("credit_note", 1, 1, False),
        ("reminder", 7, 7, True),
    ]


async def test_a_number_is_set_once_and_the_same_one_again_changes_nothing(start: StartService) -> None:
    shop = await open_shop(start)
    await put(shop, "order_confirmation", 500)

    assert (await put(shop, "order_confirmation", 500)).status_code == 200
    other = await put(shop, "order_confirmation", 501)

    assert (other.status_code, other.json()["code"]) == (409, "series-locked")
    assert "500" in other.json()["detail"]
    assert await shop.service.broken() == {}


async def test_no_number_is_set_for_a_client_that_is_not_known(start: StartService) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=0))

    answer = await put(shop, "credit_note", 201, **{"Faktura-Client": str(new_id())})

    assert (answer.status_code, answer.json()["code"]) == (503, "client-not-yet-known")
    assert await shop.service.rows("select 1 from series") == []


async def test_a_series_that_has_begun_is_locked(start: StartService) -> None:
    shop = await open_shop(start)
    await shop.confirmed_order()

    answer = await put(shop, "order_confirmation", 500)

    assert (answer.status_code, answer.json()["code"]) == (409, "series-locked")


async def test_the_first_invoice_number_stays_with_the_client(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await put(shop, "invoice", 500)

    assert (answer.status_code, answer.json()["code"]) == (409, "first-invoice-number-is-the-clients")
    assert (await shop.issued())["number"] == 10001


@pytest.mark.parametrize(("series", "number"), [("credit_note", 0), ("credit_note", 10**12), ("quote", 1)])
async def test_numbers_that_no_series_can_have_are_refused(start: StartService, series: str, number: int) -> None:
    shop = await open_shop(start)

    assert (await put(shop, series, number)).status_code == 422


async def test_only_the_bureau_sets_a_number(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await shop.service.http.put(
        "/v1/number-series/credit_note", json={"first_number": 201}, headers=shop.headers
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope")


async def test_who_set_a_number_is_in_the_audit(start: StartService) -> None:
    shop = await open_shop(start)
    await put(shop, "credit_note", 201)
    await put(shop, "credit_note", 201)

    [entry] = await shop.service.rows("select * from audit_entry where action like 'PUT%'")

    assert (entry["resource"], entry["client_id"]) == ("number-series", shop.client.client_id)
    assert (entry["before"], entry["after"]) == (None, {"series": "credit_note", "first_number": 201})


async def test_of_two_who_set_at_once_the_first_wins(start: StartService) -> None:
    shop = await open_shop(start)

    answers = await asyncio.gather(*(put(shop, "credit_note", number) for number in (201, 301, 401)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
