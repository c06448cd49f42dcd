"""What no pinned font can print is refused before any number is taken."""

from typing import Any

import pytest

from shared.contracts.documents import DocumentConfirmed
from tests.service.documents.story import Shop, a_line, open_shop
from tests.support.service import StartService


async def _refused(shop: Shop, **content: Any) -> list[dict[str, Any]]:
    answer = await shop.post(f"/v1/invoices/{await shop.drafted(**content)}/issue")
    assert answer.status_code == 422
    assert await shop.service.emitted(DocumentConfirmed) == []
    errors: list[dict[str, Any]] = answer.json()["errors"]
    return errors


async def test_a_customer_whose_name_no_font_has_is_refused_before_the_number(start: StartService) -> None:
    shop = await open_shop(start)
    customer = await shop.add_customer(name="ᏣᎳ Håndverk AS")
    [error] = await _refused(shop, customer_id=str(customer.customer_id))
    assert (error["code"], error["pointer"]) == ("characters-missing", "/customer_id")
    assert "Ꮃ (U+13B3), Ꮳ (U+13E3)" in str(error)
    assert (await shop.issued())["number"] == 10001


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"note": "Takk 🙏🏽Ꮳ"}, "/note"),
        ({"your_reference": "Ꮳ"}, "/your_reference"),
        ({"lines": [a_line(), a_line(description="ᏣᎳ")]}, "/lines/1/description"),
        ({"lines": [a_line(unit="Ꮳ")]}, "/lines/0/unit"),
    ],
)
async def test_each_text_that_cannot_be_printed_is_pointed_at(
    start: StartService, content: dict[str, Any], pointer: str
) -> None:
    shop = await open_shop(start)
    assert [(error["code"], error["pointer"]) for error in await _refused(shop, **content)] == [
        ("characters-missing", pointer)
    ]


async def test_an_invoice_can_be_credited_whatever_its_lines_say_but_the_reason_must_be_printable(
    start: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await open_shop(start)
    with monkeypatch.context() as before_the_check:
        before_the_check.setattr("services.documents.domain.prepare.not_printable", lambda _document: ())
        invoice = await shop.issued(lines=[a_line(description="ᏣᎳ")])
    refused = await shop.post(f"/v1/invoices/{invoice['id']}/credit", {"reason": "Ꮳ"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/note")
    credited = await shop.post(f"/v1/invoices/{invoice['id']}/credit", {"reason": "Feil vare"})
    assert credited.status_code == 201


LONG_NAME = "Fellesskapet for bevaring av gamle trehus " * 6


async def test_an_address_too_long_for_the_envelope_is_refused_when_letters_may_be_sent(start: StartService) -> None:
    shop = await open_shop(start)
    customer = await shop.add_customer(name=LONG_NAME, channels=("email", "print"))
    [error] = await _refused(shop, customer_id=str(customer.customer_id))
    assert (error["code"], error["pointer"]) == ("address-too-long", "/customer_id")


async def test_an_address_too_long_for_the_envelope_is_no_matter_to_mail(start: StartService) -> None:
    shop = await open_shop(start)
    customer = await shop.add_customer(name=LONG_NAME, channels=("email",))
    assert (await shop.issued(customer_id=str(customer.customer_id)))["number"] == 10001
