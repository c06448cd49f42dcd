"""Drafts: kept as written, priced at today's rates, changed by whoever has read the newest version."""

from typing import Any

import pytest

from shared.ids import new_id
from tests.service.documents.story import a_line, open_shop
from tests.support.service import StartService, once


async def test_a_draft_shows_lines_and_totals_and_has_no_number(start: StartService) -> None:
    shop = await open_shop(start)
    lines = [
        a_line(quantity="0.333", discount_percent="10"),
        a_line(quantity=None, unit_price=None, amount="99.90", mva_code="33"),
    ]
    body = shop.content(lines=[{name: value for name, value in line.items() if value is not None} for line in lines])

    answer = await shop.post("/v1/invoices", body)
    draft = answer.json()

    assert answer.headers["Location"] == f"/v1/invoices/{draft['id']}"
    assert (draft["status"], draft["number"], draft["kid"], draft["payment_state"]) == ("draft", None, None, None)
    assert [(line["quantity"], line["unit_price"], line["net_ore"], line["mva_rate"]) for line in draft["lines"]] == [
        ("0.333", "1000.00", 29970, "25"),
        ("1", "99.90", 9990, "12"),
    ]
    assert (draft["net_ore"], draft["mva_ore"], draft["total_ore"]) == (39960, 7493 + 1199, 48652)
    assert await shop.get(f"/v1/invoices/{draft['id']}") == draft


async def test_a_period_of_delivery_is_answered_as_it_was_sent(start: StartService) -> None:
    shop = await open_shop(start)

    invoice = await shop.issued(delivered_on="2026-10-01", delivered_until="2026-10-31")

    assert (invoice["delivered_on"], invoice["delivered_until"]) == ("2026-10-01", "2026-10-31")


async def test_a_change_names_the_version_it_was_made_from(start: StartService) -> None:
    shop = await open_shop(start)
    path = f"/v1/invoices/{await shop.drafted()}"
    read = await shop.service.http.get(path, headers=shop.headers)

    changed = await shop.put(path, shop.content(note="Endret"), read.headers["ETag"])
    stale = await shop.put(path, shop.content(note="For sent"), read.headers["ETag"])
    unnamed = await shop.service.http.put(path, json=shop.content(), headers=shop.headers)
    foreign = await shop.put(path, shop.content(), 'W/"abc"')

    assert (changed.status_code, changed.json()["note"], changed.headers["ETag"]) == (200, "Endret", '"2"')
    assert [(answer.status_code, answer.json()["code"]) for answer in (stale, unnamed, foreign)] == [
        (412, "stale-version"),
        (428, "if-match-missing"),
        (412, "if-match-unknown"),
    ]


async def test_a_draft_thrown_away_leaves_nothing(start: StartService) -> None:
    shop = await open_shop(start)
    path = f"/v1/invoices/{await shop.drafted(external_id='A-1')}"

    answer = await shop.delete(path, '"1"')

    assert answer.status_code == 204
    assert (await shop.service.http.get(path, headers=shop.headers)).status_code == 404
    assert await shop.drafted(external_id="A-1")


async def test_an_external_id_belongs_to_one_invoice_and_one_order_of_a_client(start: StartService) -> None:
    shop = await open_shop(start)
    other = await open_shop(shop.service)
    invoice, order = (await shop.issued(external_id="ordre 7"))["id"], await shop.ordered(external_id="ordre 7")

    second_invoice = await shop.post("/v1/invoices", shop.content(external_id="ordre 7"))
    second_order = await shop.post("/v1/orders", shop.content(delivered_on=None, external_id="ordre 7"))

    for answer, holder in ((second_invoice, invoice), (second_order, order)):
        assert (answer.status_code, answer.json()["code"]) == (409, "external-id-taken")
        assert holder in answer.json()["detail"]
    assert await other.drafted(external_id="ordre 7")


async def test_an_unknown_customer_is_refused(start: StartService) -> None:
    shop = await open_shop(start)
    other = await open_shop(shop.service)

    for stranger in (new_id(), other.customer.customer_id):
        answer = await shop.post("/v1/invoices", shop.content(customer_id=str(stranger)))
        assert (answer.status_code, answer.json()["code"]) == (404, "customer-not-found")
        assert answer.json()["errors"][0]["pointer"] == "/customer_id"


async def test_a_client_that_is_not_known_yet_cannot_issue(start: StartService) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=0))
    draft = await shop.drafted()
    await shop.service.rows("delete from client_copy")

    answer = await shop.post(f"/v1/invoices/{draft}/issue")

    assert (answer.status_code, answer.json()["code"]) == (503, "client-not-yet-known")


async def test_another_clients_documents_do_not_exist(start: StartService) -> None:
    shop = await open_shop(start)
    other = await open_shop(shop.service)
    path = f"/v1/invoices/{await other.drafted()}"

    answers = [
        await shop.service.http.get(path, headers=shop.headers),
        await shop.put(path, shop.content(), '"1"'),
        await shop.delete(path, '"1"'),
        await shop.post(f"{path}/issue"),
        await shop.post(f"{path}/credit"),
        await shop.service.http.get(f"/v1/orders/{new_id()}", headers=shop.headers),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert (await shop.get("/v1/invoices"))["items"] == []


async def test_lists_are_paged_newest_first_and_filtered(start: StartService) -> None:
    shop = await open_shop(start)
    other = await shop.add_customer()
    drafts = [await shop.drafted() for _ in range(3)]
    issued = (await shop.issued(customer_id=str(other.customer_id)))["id"]

    first = await shop.service.http.get("/v1/invoices?limit=3", headers=shop.headers)
    second = await shop.get(f"/v1/invoices?limit=3&after={first.json()['next']}")

    assert [item["id"] for item in first.json()["items"]] == [issued, drafts[2], drafts[1]]
    assert 'rel="next"' in first.headers["Link"]
    assert ([item["id"] for item in second["items"]], second["next"]) == ([drafts[0]], None)
    assert [item["id"] for item in (await shop.get("/v1/invoices?status=confirmed"))["items"]] == [issued]
    mine = await shop.get(f"/v1/invoices?customer_id={shop.customer.customer_id}")
    assert len(mine["items"]) == 3


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown field": ({"discount": 1}, "/discount"),
    "three decimals in an amount": (
        {"lines": [{"description": "x", "amount": "10.005", "mva_code": "3"}]},
        "/lines/0/amount",
    ),
    "eleven decimals in a price": ({"lines": [a_line(unit_price="0.00000000001")]}, "/lines/0/unit_price"),
    "not a number": ({"lines": [a_line(quantity="NaN")]}, "/lines/0/quantity"),
    "infinite": ({"lines": [a_line(quantity="Infinity")]}, "/lines/0/quantity"),
    "both ways of pricing": ({"lines": [a_line(amount="1")]}, "/lines/0"),
    "no price": ({"lines": [{"description": "x", "mva_code": "3"}]}, "/lines/0"),
    "half a price": ({"lines": [{"description": "x", "quantity": "1", "mva_code": "3"}]}, "/lines/0"),
    "unknown MVA code": ({"lines": [a_line(), a_line(mva_code="99")]}, "/lines/1/mva_code"),
    "discount above all": ({"lines": [a_line(discount_percent="101")]}, "/lines/0/discount_percent"),
    "a line beyond bounds": ({"lines": [a_line(quantity="9999999999", unit_price="9999999999")]}, "/lines/0"),
    "no lines": ({"lines": []}, "/lines"),
    "501 lines": ({"lines": [a_line()] * 501}, "/lines"),
    "half a period": ({"delivered_on": None, "delivered_until": "2026-10-01"}, ""),
    "a period backwards": ({"delivered_on": "2026-10-02", "delivered_until": "2026-10-01"}, ""),
    "another century": ({"delivered_on": "1899-01-01"}, "/delivered_on"),
    "terms beyond a year": ({"payment_terms_days": 366}, "/payment_terms_days"),
    "a customer that is no id": ({"customer_id": "42"}, "/customer_id"),
    "an external id that cannot be typed": ({"external_id": "a\u0000b"}, "/external_id"),
    "a novel": ({"note": "x" * 2001}, "/note"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_wrong_input_is_refused_where_it_is_wrong(start: StartService, name: str) -> None:
    shop = await open_shop(start)
    wrong, pointer = WRONG[name]

    answer = await shop.post("/v1/invoices", shop.content(**wrong))

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert await shop.service.rows("select 1 from document") == []


async def test_all_wrong_lines_are_named_together(start: StartService) -> None:
    shop = await open_shop(start)

    problem = (
        await shop.post("/v1/invoices", shop.content(lines=[a_line(mva_code="1"), a_line(), a_line(mva_code="X")]))
    ).json()

    assert [(error["line"], error["code"]) for error in problem["errors"]] == [
        (1, "mva-code-unknown"),
        (3, "mva-code-unknown"),
    ]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"null", b"\xff\xfe"])
async def test_a_body_that_is_no_draft_is_refused(start: StartService, body: bytes) -> None:
    shop = await open_shop(start)
    headers = {**once(shop.headers), "Content-Type": "application/json"}

    answer = await shop.service.http.post("/v1/invoices", content=body, headers=headers)

    assert answer.status_code in (400, 422), answer.text


async def test_text_is_cleaned_of_invisible_characters(start: StartService) -> None:
    shop = await open_shop(start)

    invoice = await shop.issued(lines=[a_line(description="Rør\u0000\u200b  og\tdeler\n")], note="Takk\u0007\nog hei")

    assert (invoice["lines"][0]["description"], invoice["note"]) == ("Rør og deler", "Takk\nog hei")


async def test_a_client_key_is_required(start: StartService) -> None:
    shop = await open_shop(start)
    keyless = await shop.service.http.get("/v1/invoices")
    print_shop = await shop.service.http.get("/v1/invoices", headers=await shop.service.key(None, "print_shop"))

    assert (keyless.status_code, print_shop.status_code) == (401, 403)


async def test_a_bureau_key_works_for_the_client_it_names(start: StartService) -> None:
    shop = await open_shop(start)
    bureau = await shop.service.key(None, "bureau")
    named = {**bureau, "Faktura-Client": str(shop.client.client_id)}

    draft = await shop.service.http.post("/v1/invoices", json=shop.content(), headers=once(named))
    nameless = await shop.service.http.get("/v1/invoices", headers=bureau)

    assert draft.status_code == 201
    assert nameless.json()["code"] == "no-client-named"


async def test_mva_codes_have_the_rates_of_the_day(start: StartService) -> None:
    shop = await open_shop(start)

    today = {code["code"]: code["rate"] for code in (await shop.get("/v1/mva-codes"))["items"]}
    then = {code["code"]: code["rate"] for code in (await shop.get("/v1/mva-codes?on=2016-06-01"))["items"]}

    assert today == {
        "3": "25",
        "31": "15",
        "32": "11.11",
        "33": "12",
        "5": "0",
        "51": "0",
        "52": "0",
        "6": "0",
        "7": "0",
    }
    assert (then["33"], "51" in then) == ("10", False)
