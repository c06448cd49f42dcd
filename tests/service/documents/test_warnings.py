"""What may be against the law, and depends on more than a program knows: said, not refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import MovableClock
from shared.contracts.values import PostalAddress
from tests.service.documents.story import Shop, a_line, open_shop
from tests.support.service import StartService

PERSON: dict[str, Any] = {"is_business": False, "orgnr": None}
DUBAI = PostalAddress(lines=("Sheikh Zayed Road 1",), postal_code="", city="DUBAI", country="AE")


def codes(answer: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


async def shop_on(start: StartService, moment: datetime, customer: dict[str, Any] | None = None) -> Shop:
    return await open_shop(await start("documents", clock=MovableClock(moment)), customer=customer)


async def test_from_2027_a_norwegian_business_must_get_an_e_invoice(start: StartService) -> None:
    shop = await shop_on(start, datetime(2027, 1, 4, 12, tzinfo=UTC))

    drafted = (await shop.post("/v1/invoices", shop.content(delivered_on="2027-01-02"))).json()
    issued = (await shop.post(f"/v1/invoices/{drafted['id']}/issue")).json()

    [warning] = drafted["warnings"]
    assert (warning["code"], warning["pointer"]) == ("e-invoice-required", "/customer_id")
    assert warning["source"].startswith("bokføringsloven § 10")
    assert "EHF" in warning["nb"]
    assert "EHF" in warning["en"]
    assert issued["warnings"] == drafted["warnings"]
    assert (await shop.get(f"/v1/invoices/{issued['id']}"))["warnings"] == drafted["warnings"]


@pytest.mark.parametrize(
    ("moment", "customer", "expected"),
    [
        (datetime(2026, 9, 28, 12, tzinfo=UTC), {}, []),
        (datetime(2026, 9, 29, 12, tzinfo=UTC), {}, ["e-invoice-required-soon"]),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), {}, ["e-invoice-required-soon"]),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), {}, ["e-invoice-required"]),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), PERSON, []),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), {"address": DUBAI}, []),
    ],
)
async def test_the_e_invoice_is_for_norwegian_businesses_and_said_ahead(
    start: StartService, moment: datetime, customer: dict[str, Any], expected: list[str]
) -> None:
    shop = await shop_on(start, moment, customer)

    assert codes(await shop.issued(delivered_on=moment.date().isoformat())) == expected


async def test_a_credit_note_and_each_invoice_of_a_block_have_their_warnings(start: StartService) -> None:
    shop = await shop_on(start, datetime(2027, 1, 4, 12, tzinfo=UTC))
    person = await shop.add_customer(**PERSON)
    ids = [
        await shop.drafted(delivered_on="2027-01-02"),
        await shop.drafted(delivered_on="2027-01-02", customer_id=str(person.customer_id)),
    ]

    block = (await shop.post("/v1/invoices/issue", {"ids": ids})).json()
    note = (await shop.post(f"/v1/invoices/{ids[0]}/credit")).json()

    assert [codes(item) for item in block["items"]] == [["e-invoice-required"], []]
    assert codes(note) == ["e-invoice-required"]


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        ({"delivered_on": "2000-01-01"}, ["delivery-long-ago"]),
        ({"delivered_on": "2026-10-22"}, ["delivery-long-ago"]),
        ({"delivered_on": "2026-10-23"}, []),
        ({"delivered_on": "2026-09-01", "delivered_until": "2026-10-31"}, []),
        ({"delivered_on": "2026-07-01", "delivered_until": "2026-08-31"}, ["delivery-long-ago"]),
        ({"delivered_on": "2026-11-23"}, []),
        ({"delivered_on": "2026-11-24"}, ["delivery-ahead"]),
        ({"delivered_on": "2026-11-01", "delivered_until": "2026-11-30"}, []),
        ({"delivered_on": "2026-12-01", "delivered_until": "2027-11-23"}, ["delivery-ahead"]),
        ({"delivered_on": "2026-12-01", "delivered_until": "2027-11-24"}, ["delivery-ahead", "delivery-far-ahead"]),
        ({"delivered_on": "2099-12-31"}, ["delivery-ahead", "delivery-far-ahead"]),
    ],
)
async def test_a_delivery_long_ago_or_ahead_is_pointed_out(
    start: StartService, delivery: dict[str, str], expected: list[str]
) -> None:
    shop = await open_shop(start, customer=PERSON)

    assert codes(await shop.issued(lines=[a_line(mva_code="6")], **delivery)) == expected


async def test_an_incomplete_draft_has_the_warnings_that_can_be_given(start: StartService) -> None:
    shop = await open_shop(start, customer=PERSON)

    answer = await shop.post("/v1/invoices", shop.content(delivered_on=None))

    assert answer.json()["warnings"] == []


@pytest.mark.parametrize(
    ("address", "delivery", "expected"),
    [
        (None, {"delivery_place": "Ekofisk"}, ["export-place"]),
        (DUBAI, {}, []),
        (DUBAI, {"delivery_place": "Kaia, Bergen", "delivery_country": "NO"}, ["export-place"]),
        (None, {"delivery_place": "Hamngatan 1, Stockholm", "delivery_country": "SE"}, []),
    ],
)
async def test_an_export_whose_delivery_may_be_in_norway_is_pointed_out(
    start: StartService, address: PostalAddress | None, delivery: dict[str, str], expected: list[str]
) -> None:
    customer = PERSON if address is None else {**PERSON, "address": address}
    shop = await open_shop(start, customer=customer)

    assert codes(await shop.issued(lines=[a_line(mva_code="52")], **delivery)) == expected
