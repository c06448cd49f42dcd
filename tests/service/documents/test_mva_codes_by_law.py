"""Which MVA codes a seller may use, together and for whom."""

from typing import Any

import pytest

from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import PostalAddress
from tests.service.documents.story import Shop, a_line, open_shop
from tests.support.service import StartService

DUBAI = PostalAddress(lines=("Sheikh Zayed Road 1",), postal_code="", city="DUBAI", country="AE")


async def refused(shop: Shop, **content: Any) -> list[tuple[str, str]]:
    """Code or field, and pointer, of each thing that the issue was refused for."""
    answer = await shop.post(f"/v1/invoices/{await shop.drafted(**content)}/issue")
    assert answer.status_code == 422, answer.text
    return [(error.get("field") or error["code"], error["pointer"]) for error in answer.json()["errors"]]


async def test_code_7_is_not_mixed_with_other_codes(start: StartService) -> None:
    shop = await open_shop(start)
    mixed = [a_line(), a_line(mva_code="7"), a_line(mva_code="7")]

    assert await refused(shop, lines=mixed) == [
        ("mva-codes-not-mixed", "/lines/1/mva_code"),
        ("mva-codes-not-mixed", "/lines/2/mva_code"),
    ]
    assert (await shop.issued(lines=mixed[1:]))["mva_ore"] == 0


async def test_an_order_that_could_not_be_invoiced_for_its_codes_is_not_confirmed(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await shop.post(f"/v1/orders/{await shop.ordered(lines=[a_line(), a_line(mva_code='7')])}/confirm")

    assert (answer.status_code, answer.json()["code"]) == (422, "mva-codes-not-mixed")


@pytest.mark.parametrize("place", [{}, {"delivery_place": "Storgata 1, Oslo", "delivery_country": "NO"}])
async def test_nothing_is_exported_to_a_norwegian_buyer_in_norway(start: StartService, place: dict[str, str]) -> None:
    shop = await open_shop(start)

    assert await refused(shop, lines=[a_line(), a_line(mva_code="52")], **place) == [
        ("export-within-norway", "/lines/1/mva_code")
    ]


async def test_a_norwegian_buyer_may_have_goods_delivered_abroad(start: StartService) -> None:
    shop = await open_shop(start)

    invoice = await shop.issued(
        lines=[a_line(mva_code="52")], delivery_place="Hamngatan 1, Stockholm", delivery_country="SE"
    )

    assert invoice["delivery_place"] == "Hamngatan 1, Stockholm"
    assert invoice["delivery_country"] == "SE"


async def test_a_seller_outside_the_mva_register_has_no_reverse_charge(start: StartService) -> None:
    shop = await open_shop(start, mva_registered=False)

    assert await refused(shop, lines=[a_line(mva_code="51")]) == [
        ("reverse-charge-from-unregistered-seller", "/lines/0/mva_code")
    ]


async def test_a_buyer_in_a_country_without_postal_codes_is_invoiced_and_the_country_named(start: StartService) -> None:
    shop = await open_shop(start, customer={"address": DUBAI, "orgnr": None})

    invoice = await shop.issued(lines=[a_line(mva_code="52")])

    assert (invoice["delivery_place"], invoice["delivery_country"]) == ("Sheikh Zayed Road 1, DUBAI", "AE")
    [event] = await shop.service.emitted(DocumentConfirmed)
    assert event.delivery_country == "AE"


async def test_a_buyer_in_norway_has_a_postal_code(start: StartService) -> None:
    nameless = PostalAddress(lines=("Kirkegata 1",), postal_code="", city="ÅLESUND")
    shop = await open_shop(start, customer={"address": nameless, "orgnr": None})

    assert ("buyer", "/customer_id") in await refused(shop)


async def test_a_country_of_delivery_that_does_not_exist_is_refused(start: StartService) -> None:
    shop = await open_shop(start)

    answer = await shop.post("/v1/invoices", shop.content(delivery_place="Et sted", delivery_country="XX"))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/delivery_country"
