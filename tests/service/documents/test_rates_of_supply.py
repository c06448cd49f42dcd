"""The rate of MVA is that of the day of delivery, whatever the date of the document."""

from datetime import UTC, datetime

import pytest

from shared.clock import MovableClock
from tests.service.documents.story import a_line, open_shop
from tests.support.service import StartService

LOW = a_line(mva_code="33", quantity="1")


async def test_the_rate_is_that_of_the_delivery(start: StartService) -> None:
    clock = MovableClock(datetime(2021, 10, 5, 12, tzinfo=UTC))
    shop = await open_shop(await start("documents", clock=clock))

    before = await shop.issued(lines=[LOW], delivered_on="2021-09-15")
    after = await shop.issued(lines=[LOW], delivered_on="2021-10-01")

    assert [before["lines"][0]["mva_rate"], before["mva_ore"]] == ["6", 6000]
    assert [after["lines"][0]["mva_rate"], after["mva_ore"]] == ["12", 12000]


async def test_a_draft_is_priced_at_the_rate_of_its_delivery(start: StartService) -> None:
    shop = await open_shop(start)

    draft = await shop.get(f"/v1/invoices/{await shop.drafted(lines=[LOW], delivered_on='2021-09-15')}")

    assert (draft["mva_ore"], draft["mva_totals"][0]["rate"]) == (6000, "6")


async def test_an_order_is_invoiced_at_the_rate_of_its_delivery(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.confirmed_order(lines=[LOW])

    invoice = (await shop.post(f"/v1/orders/{order['id']}/invoice", {"delivered_on": "2021-09-30"})).json()

    assert (order["mva_ore"], invoice["mva_ore"]) == (12000, 6000)


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        (
            "nb",
            (
                "Linje 2: satsen for mva-kode 33 endres i leveringsperioden. Del linjen etter leveringstid på en "
                "faktura for hver periode: 2021-09-15 til 2021-09-30 (6 %) og 2021-10-01 til 2021-10-14 (12 %)."
            ),
        ),
        (
            "en",
            (
                "Line 2: the rate of MVA code 33 changes within the period of delivery. Divide the line by time of "
                "delivery between an invoice for each period: 2021-09-15 to 2021-09-30 (6 %) and 2021-10-01 to "
                "2021-10-14 (12 %)."
            ),
        ),
    ],
)
async def test_a_delivery_across_a_change_of_rate_is_refused_with_the_periods_to_use(
    start: StartService, language: str, detail: str
) -> None:
    shop = await open_shop(start)
    shop.headers["Accept-Language"] = language
    content = shop.content(lines=[a_line(), LOW], delivered_on="2021-09-15", delivered_until="2021-10-14")

    answer = await shop.post("/v1/invoices", content)

    assert (answer.status_code, answer.json()["code"]) == (422, "mva-rate-changes")
    assert answer.json()["detail"] == detail
    assert answer.json()["errors"][0]["pointer"] == "/lines/1/mva_code"


async def test_an_order_delivered_across_a_change_of_rate_is_refused(start: StartService) -> None:
    shop = await open_shop(start)
    order = await shop.confirmed_order(lines=[LOW])

    body = {"delivered_on": "2021-09-15", "delivered_until": "2021-10-14"}
    answer = await shop.post(f"/v1/orders/{order['id']}/invoice", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "mva-rate-changes")


async def test_a_delivery_within_one_rate_may_take_as_long_as_it_takes(start: StartService) -> None:
    shop = await open_shop(start)

    invoice = await shop.issued(lines=[LOW], delivered_on="2021-10-01", delivered_until="2026-11-20")

    assert invoice["mva_ore"] == 12000
