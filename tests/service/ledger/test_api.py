"""The ledger's HTTP API."""

from typing import Any

import pytest

from shared.ids import new_id
from tests.service.ledger.inspection import books
from tests.support.examples_customers import a_client
from tests.support.examples_documents import CLIENT_ID, CUSTOMER_ID, a_buyer
from tests.support.examples_ledger import a_credit_of, a_sale, dispatched, paid
from tests.support.service import ServiceUnderTest, StartService

ACCOUNT = f"/v1/customers/{CUSTOMER_ID}/account"


async def with_books(start: StartService) -> ServiceUnderTest:
    """Two invoices, one of them half paid and partly credited."""
    ledger, first, second = await start("ledger"), a_sale(1001), a_sale(1002, "80", "52")
    await ledger.receives(
        a_client(), dispatched(first), dispatched(second), paid(first, 62500), dispatched(a_credit_of(first))
    )
    return ledger


async def get_json(ledger: ServiceUnderTest, path: str, **query: Any) -> Any:
    answer = await ledger.http.get(path, params=query, headers=await ledger.key(CLIENT_ID))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(ledger: ServiceUnderTest, path: str, **query: Any) -> tuple[int, str]:
    answer = await ledger.http.get(path, params=query, headers=await ledger.key(CLIENT_ID))
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_entries_are_listed_page_by_page_in_the_order_of_the_books(start: StartService) -> None:
    ledger = await with_books(start)
    first = await get_json(ledger, "/v1/ledger/entries", limit=3)
    assert [entry["text"] for entry in first["items"]] == ["Faktura 1001", "Faktura 1002", "Innbetaling KID 10017"]
    rest = await get_json(ledger, "/v1/ledger/entries", limit=3, after=first["next"])
    assert [entry["text"] for entry in rest["items"]] == ["Kreditnota 2001 til faktura 1001"]
    assert rest["next"] is None
    assert rest["items"][0]["previous_hash"] == first["items"][2]["hash"]
    assert first["items"][0]["postings"][1] == {
        "account": 3000,
        "amount_ore": -100000,
        "mva_code": "3",
        "mva_rate": "25",
    }


async def test_entries_can_be_filtered_by_document_customer_date_and_account(start: StartService) -> None:
    ledger = await with_books(start)
    listed = (await get_json(ledger, "/v1/ledger/entries"))["items"]
    document_id = listed[0]["document_id"]

    async def numbers(**query: Any) -> list[int]:
        return [entry["entry_number"] for entry in (await get_json(ledger, "/v1/ledger/entries", **query))["items"]]

    assert await numbers(document_id=document_id) == [1, 3]
    assert await numbers(customer_id=str(CUSTOMER_ID)) == [1, 2, 3, 4]
    assert await numbers(customer_id=str(new_id())) == []
    assert await numbers(account=1920) == [3]
    assert await numbers(**{"from": "2026-11-24"}) == [3]
    assert await numbers(to="2026-11-23") == [1, 2, 4]


async def test_an_entry_is_shown_and_an_unknown_one_is_not_found(start: StartService) -> None:
    ledger = await with_books(start)
    listed = (await get_json(ledger, "/v1/ledger/entries"))["items"][0]
    assert await get_json(ledger, f"/v1/ledger/entries/{listed['id']}") == listed
    assert await refused(ledger, f"/v1/ledger/entries/{new_id()}") == (404, "entry-not-found")


async def test_accounts_show_their_balances(start: StartService) -> None:
    ledger = await with_books(start)
    accounts = (await get_json(ledger, "/v1/ledger/accounts"))["accounts"]
    balances = {account["number"]: account["balance_ore"] for account in accounts if account["balance_ore"]}
    assert balances == {1500: 20500, 1920: 62500, 2700: -15000, 3000: -60000, 3120: -8000}
    assert accounts[0] == {
        "number": 1500,
        "name_nb": "Kundefordringer",
        "name_en": "Trade receivables",
        "mva_code": None,
        "balance_ore": 20500,
    }


async def test_the_trial_balance_of_a_period_balances(start: StartService) -> None:
    ledger = await with_books(start)
    period = await get_json(ledger, "/v1/ledger/trial-balance", **{"from": "2026-12-01", "to": "2026-12-31"})
    assert period["debit_ore"] == period["credit_ore"] == 62500
    assert [account["number"] for account in period["accounts"]] == [1500, 1920, 2700, 3000, 3120]
    assert period["accounts"][0] == {
        "number": 1500,
        "name_nb": "Kundefordringer",
        "name_en": "Trade receivables",
        "opening_ore": 83000,
        "debit_ore": 0,
        "credit_ore": 62500,
        "closing_ore": 20500,
    }
    all_time = await get_json(ledger, "/v1/ledger/trial-balance")
    assert sum(account["closing_ore"] for account in all_time["accounts"]) == 0


async def test_the_books_are_served_as_text(start: StartService) -> None:
    ledger = await with_books(start)
    answer = await ledger.http.get("/v1/ledger/text", headers=await ledger.key(CLIENT_ID))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == await books(ledger)
    numbered = await ledger.http.get(
        "/v1/ledger/text?numbers=true&from=2026-12-01", headers=await ledger.key(CLIENT_ID)
    )
    assert numbered.text.splitlines()[0] == "2026-12-01 #3 Innbetaling KID 10017, Søndre Bærum Byggevarer AS"


async def test_a_customers_account_shows_open_items_and_postings(start: StartService) -> None:
    account = await get_json(await with_books(start), ACCOUNT)
    assert account["balance_ore"] == 20500
    assert [(item["number"], item["original_ore"], item["remaining_ore"]) for item in account["items"]] == [
        (1001, 125000, 12500),
        (1002, 8000, 8000),
    ]
    assert (account["items"][0]["due_date"], account["items"][0]["kid"]) == ("2026-12-07", "10017")
    postings = [(entry["text"], entry["amount_ore"], entry["balance_ore"]) for entry in account["entries"]]
    assert postings == [
        ("Faktura 1001", 125000, 125000),
        ("Faktura 1002", 8000, 133000),
        ("Innbetaling KID 10017", -62500, 70500),
        ("Kreditnota 2001 til faktura 1001", -50000, 20500),
    ]


async def test_the_running_balance_continues_across_pages(start: StartService) -> None:
    ledger = await with_books(start)
    first = await get_json(ledger, ACCOUNT, limit=2)
    second = await get_json(ledger, ACCOUNT, limit=2, after=first["next"])
    assert [entry["balance_ore"] for entry in first["entries"] + second["entries"]] == [125000, 133000, 70500, 20500]
    assert second["next"] is None


async def test_settled_documents_are_shown_on_request(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(dispatched(invoice), paid(invoice))
    assert (await get_json(ledger, ACCOUNT))["items"] == []
    assert [item["remaining_ore"] for item in (await get_json(ledger, ACCOUNT, settled=True))["items"]] == [0]


async def test_a_client_sees_only_its_own_books(start: StartService) -> None:
    """Another client's customer, entry and document are answered as if they did not exist."""
    ledger, theirs = await with_books(start), new_id()
    stranger = a_buyer(customer_id=new_id())
    await ledger.receives(dispatched(a_sale(7, client_id=theirs, buyer=stranger)))
    (entry,) = await ledger.rows("select id, document_id from entry where client_id = :theirs", theirs=theirs)
    assert await refused(ledger, f"/v1/customers/{stranger.customer_id}/account") == (404, "customer-account-not-found")
    assert await refused(ledger, f"/v1/customers/{new_id()}/account") == (404, "customer-account-not-found")
    assert await refused(ledger, f"/v1/ledger/entries/{entry['id']}") == (404, "entry-not-found")
    assert (await get_json(ledger, "/v1/ledger/entries", document_id=str(entry["document_id"])))["items"] == []
    assert "Faktura 7" not in await books(ledger)


async def test_a_bureau_key_reads_the_books_of_the_client_it_names(start: StartService) -> None:
    ledger = await with_books(start)
    headers = await ledger.key(None, "bureau")
    named = await ledger.http.get("/v1/ledger/entries", headers={**headers, "Faktura-Client": str(CLIENT_ID)})
    assert len(named.json()["items"]) == 4
    unnamed = await ledger.http.get("/v1/ledger/entries", headers=headers)
    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "no-client-named")


async def test_a_call_without_a_key_or_the_scope_is_refused(start: StartService) -> None:
    ledger = await start("ledger")
    assert (await ledger.http.get(ACCOUNT)).status_code == 401
    answer = await ledger.http.get(ACCOUNT, headers=await ledger.key(None, "print_shop"))
    assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope")


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/v1/ledger/entries", {"limit": "0"}, (422, "invalid-fields")),
        ("/v1/ledger/entries", {"after": "not a cursor"}, (400, "invalid-cursor")),
        ("/v1/ledger/entries", {"document_id": "17"}, (422, "invalid-fields")),
        ("/v1/ledger/entries", {"account": "15000"}, (422, "invalid-fields")),
        ("/v1/ledger/entries", {"from": "2026-02-30"}, (422, "invalid-fields")),
        ("/v1/ledger/entries", {"from": "2026-12-31", "to": "2026-12-01"}, (422, "period-reversed")),
        ("/v1/ledger/trial-balance", {"from": "2026-12-31", "to": "2026-12-01"}, (422, "period-reversed")),
        ("/v1/ledger/entries/17", {}, (422, "invalid-fields")),
        ("/v1/customers/17/account", {}, (422, "invalid-fields")),
    ],
)
async def test_an_invalid_query_gets_a_clear_answer(
    start: StartService, path: str, query: dict[str, str], expected: tuple[int, str]
) -> None:
    assert await refused(await start("ledger"), path, **query) == expected


async def test_nothing_can_be_written_over_http(start: StartService) -> None:
    ledger = await start("ledger")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await ledger.http.request(method, "/v1/ledger/entries", headers=await ledger.key(CLIENT_ID))
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
