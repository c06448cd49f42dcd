"""An invoice that lacks what the law asks for is refused before it gets a number, and everything missing is named."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import MovableClock
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import KidTerms, PostalAddress
from tests.service.documents.story import Shop, a_line, open_shop
from tests.support.service import StartService

NOWHERE = PostalAddress(lines=(), postal_code="", city="")


async def refusal(shop: Shop, **content: Any) -> dict[str, Any]:
    answer = await shop.post(f"/v1/invoices/{await shop.drafted(**content)}/issue")
    assert answer.status_code == 422, answer.text
    assert await shop.service.emitted(DocumentConfirmed) == []
    problem: dict[str, Any] = answer.json()
    return problem


async def test_everything_missing_is_named_at_once_each_with_its_paragraph(start: StartService) -> None:
    buyer = {"name": "Ukjent", "orgnr": None, "address": NOWHERE}
    shop = await open_shop(start, customer=buyer, in_foretaksregisteret=False, orgnr="987654320", mva_registered=False)

    problem = await refusal(
        shop, delivered_on=None, lines=[a_line(description=" ", quantity="0"), a_line(mva_code="51")]
    )

    assert {(error["field"], error["rule"]) for error in problem["errors"]} == {
        ("seller-orgnr", "bokføringsforskriften § 5-1-2"),
        ("seller-foretaksregisteret", "foretaksregisterloven § 10-2"),
        ("buyer", "bokføringsforskriften § 5-1-2"),
        ("buyer-orgnr-reverse-charge", "bokføringsforskriften § 5-1-2"),
        ("description", "bokføringsforskriften § 5-1-1 nr. 3"),
        ("quantity", "bokføringsforskriften § 5-1-1 nr. 3"),
        ("delivery-time", "bokføringsforskriften § 5-1-1 nr. 4"),
        ("delivery-place", "bokføringsforskriften § 5-1-1 nr. 4"),
        ("mva-from-unregistered-seller", "merverdiavgiftsloven § 15-11"),
        ("reverse-charge-from-unregistered-seller", "merverdiavgiftsloven § 11-1"),
    }
    assert await shop.service.rows("select 1 from series") == []


@pytest.mark.parametrize(
    ("language", "message"),
    [("nb", "Tidspunktet for levering mangler."), ("en-GB,en;q=0.9", "The time of delivery is missing.")],
)
async def test_what_is_missing_is_named_in_the_callers_language(
    start: StartService, language: str, message: str
) -> None:
    shop = await open_shop(start)
    draft = await shop.drafted(delivered_on=None)
    shop.headers["Accept-Language"] = language

    problem = (await shop.post(f"/v1/invoices/{draft}/issue")).json()

    assert (problem["code"], problem["detail"]) == ("legal-content-missing", message)
    assert problem["errors"][0]["pointer"] == "/delivered_on"


async def test_what_was_missing_can_be_added_and_the_invoice_issued(start: StartService) -> None:
    shop = await open_shop(start)
    draft = await shop.drafted(delivered_on=None)
    assert (await shop.post(f"/v1/invoices/{draft}/issue")).status_code == 422

    await shop.put(f"/v1/invoices/{draft}", shop.content(), '"1"')

    assert (await shop.post(f"/v1/invoices/{draft}/issue")).json()["number"] == 10001


async def test_a_seller_outside_the_mva_register_may_sell_without_mva(start: StartService) -> None:
    shop = await open_shop(start, mva_registered=False, legal_form="ENK", in_foretaksregisteret=False)

    assert (await refusal(shop))["errors"][0]["field"] == "mva-from-unregistered-seller"
    assert (await shop.issued(lines=[a_line(mva_code="6")]))["mva_ore"] == 0


async def test_a_buyer_without_address_needs_an_orgnr(start: StartService) -> None:
    shop = await open_shop(start, customer={"address": NOWHERE})

    assert (await shop.issued(delivery_place="Kaia, Ålesund"))["delivery_place"] == "Kaia, Ålesund"


async def test_reverse_charge_needs_the_buyers_orgnr(start: StartService) -> None:
    shop = await open_shop(start)
    private = await shop.add_customer(orgnr=None, is_business=False)
    line = a_line(mva_code="51")

    problem = await refusal(shop, lines=[line], customer_id=str(private.customer_id))

    assert problem["errors"][0]["field"] == "buyer-orgnr-reverse-charge"
    assert (await shop.issued(lines=[line]))["mva_ore"] == 0


@pytest.mark.parametrize(
    ("moment", "status"), [(datetime(2027, 12, 31, 12, tzinfo=UTC), 200), (datetime(2028, 1, 1, 12, tzinfo=UTC), 422)]
)
async def test_from_2028_a_business_buyer_is_named_by_orgnr(start: StartService, moment: datetime, status: int) -> None:
    shop = await open_shop(await start("documents", clock=MovableClock(moment)), customer={"orgnr": None})

    answer = await shop.post(f"/v1/invoices/{await shop.drafted()}/issue")

    assert answer.status_code == status


async def test_a_kid_that_does_not_fit_the_agreement_is_refused(start: StartService) -> None:
    shop = await open_shop(start, kid=KidTerms(algorithm="MOD10", length=8), first_invoice_number=99999)

    problem = await refusal(shop)

    assert problem["code"] == "kid-does-not-fit"
    assert "8 siffer" in problem["detail"]
    assert await shop.service.rows("select 1 from series") == []


@pytest.mark.parametrize("closed", ["client", "customer"])
async def test_a_closed_client_or_customer_is_not_invoiced(start: StartService, closed: str) -> None:
    shop = await open_shop(start)
    draft = await shop.drafted()
    event = shop.client if closed == "client" else shop.customer
    await shop.service.receives(event.model_copy(update={"version": 2, "active": False}))

    answer = await shop.post(f"/v1/invoices/{draft}/issue")

    assert (answer.status_code, answer.json()["code"]) == (409, f"{closed}-inactive")
