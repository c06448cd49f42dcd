"""What a caller did at one service is known to the next one that it calls, or that one says that it is not yet."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx2
import pytest

from shared.contracts.customers import CustomerChanged
from shared.http.auth import new_secret
from shared.ids import new_id, new_id_for
from tests.service.documents.story import Shop, open_shop
from tests.support.examples_customers import a_customer
from tests.support.keys import a_key_changed
from tests.support.service import StartService, once

T = TypeVar("T")
BRIEFLY = 0.05


async def test_an_invoice_waits_for_the_customer_that_was_just_registered(start: StartService) -> None:
    shop = await open_shop(start)
    customer = _registered(shop)

    drafting = await _begun(shop.post("/v1/invoices", shop.content(customer_id=str(customer.customer_id))))
    await shop.service.receives(customer)
    draft = await drafting

    assert (draft.status_code, draft.json()["customer_name"]) == (201, customer.name)


async def test_a_changed_draft_waits_for_its_new_customer(start: StartService) -> None:
    shop = await open_shop(start)
    path, customer = f"/v1/invoices/{await shop.drafted()}", _registered(shop)

    changing = await _begun(shop.put(path, shop.content(customer_id=str(customer.customer_id)), '"1"'))
    await shop.service.receives(customer)

    assert (await changing).json()["customer_name"] == customer.name


async def test_without_the_news_it_says_when_to_try_again_and_nothing_is_done(start: StartService) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=BRIEFLY))
    customer = _registered(shop)
    body, headers = shop.content(customer_id=str(customer.customer_id)), once(shop.headers)
    before = await shop.service.contents()

    early = await shop.service.http.post("/v1/invoices", json=body, headers=headers)
    unchanged = await shop.service.contents() == before
    await shop.service.receives(customer)
    late = await shop.service.http.post("/v1/invoices", json=body, headers=headers)

    assert (early.status_code, early.json()["code"], early.json()["retryable"]) == (503, "customer-not-yet-known", True)
    assert int(early.headers["Retry-After"]) > 0
    assert unchanged
    assert late.status_code == 201


@pytest.mark.parametrize("customer_id", [new_id_for(new_id()), new_id()])
async def test_a_customer_that_is_not_this_clients_is_not_waited_for(start: StartService, customer_id: Any) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=3600))
    answer = await shop.post("/v1/invoices", shop.content(customer_id=str(customer_id)))
    assert (answer.status_code, answer.json()["code"]) == (404, "customer-not-found")


async def test_a_call_waits_for_the_changes_that_it_names(start: StartService) -> None:
    shop = await open_shop(start)
    change = shop.service.envelope(shop.customer.model_copy(update={"version": 2, "name": "Nytt Navn AS"}))
    seen = f"{change.type}/{change.id}"

    drafting = await _begun(_draft(shop, seen))
    await shop.service.receives_envelope(change)

    assert (await drafting).json()["customer_name"] == "Nytt Navn AS"


@pytest.mark.parametrize(
    ("seen", "status", "code"),
    [
        (f"{CustomerChanged.TYPE}/{new_id()}", 503, "not-yet-known"),
        (f"ledger.entry-posted.v1/{new_id()}", 201, None),
        (f"{CustomerChanged.TYPE}/01890a5d-ac96-774b-bcce-b302099a8057", 201, None),
        ("", 201, None),
        ("yesterday", 400, "seen-header-invalid"),
        (", ".join([f"{CustomerChanged.TYPE}/{new_id()}"] * 101), 400, "seen-header-invalid"),
    ],
    ids=["not here yet", "not for this service", "long ago", "none", "no event", "too many"],
)
async def test_what_is_named_decides_whether_a_call_waits(
    start: StartService, seen: str, status: int, code: str | None
) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=BRIEFLY))
    answer = await _draft(shop, seen)
    assert (answer.status_code, answer.json().get("code")) == (status, code)


async def test_an_answer_names_what_was_done_also_when_it_is_repeated(start: StartService) -> None:
    shop = await open_shop(start)
    path, headers = f"/v1/invoices/{await shop.drafted()}/issue", once(shop.headers)

    first = await shop.service.http.post(path, headers=headers)
    again = await shop.service.http.post(path, headers=headers)

    [event] = await shop.service.rows("select type, event_id from outbox where type ~ 'document-confirmed'")
    assert first.headers["Faktura-Seen"] == f"{event['type']}/{event['event_id']}"
    assert again.headers["Faktura-Seen"] == first.headers["Faktura-Seen"]


async def test_a_call_waits_for_the_key_that_was_just_made(start: StartService) -> None:
    shop = await open_shop(start)
    event, secret = a_key_changed("client", client_id=shop.client.client_id)

    listing = await _begun(shop.service.http.get("/v1/invoices", headers={"Authorization": f"Bearer {secret}"}))
    await shop.service.receives(event)

    assert (await listing).status_code == 200


async def test_a_mistyped_key_is_refused_at_once_and_an_unknown_one_after_a_while(start: StartService) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=3600))
    secret = new_secret(live=True)
    mistyped = await shop.service.http.get("/v1/invoices", headers={"Authorization": f"Bearer {secret[:-1]}!"})
    assert (mistyped.status_code, mistyped.json()["code"]) == (401, "unknown-key")

    hasty = await open_shop(await start("documents", own_writes_wait_s=BRIEFLY))
    unknown = await hasty.service.http.get("/v1/invoices", headers={"Authorization": f"Bearer {secret}"})
    assert (unknown.status_code, unknown.json()["code"]) == (401, "unknown-key")


async def test_a_revoked_key_is_refused_at_once(start: StartService) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=3600))
    event, secret = a_key_changed("client", client_id=shop.client.client_id)
    await shop.service.receives(event, event.model_copy(update={"version": 2, "active": False}))
    answer = await shop.service.http.get("/v1/invoices", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown-key")


async def test_an_unknown_key_is_not_called_wrong_while_no_news_of_the_keys_comes(start: StartService) -> None:
    shop = await open_shop(await start("documents", own_writes_wait_s=BRIEFLY))
    await shop.service.rows("insert into key_news (single, fresh_at) values (true, now() - interval '5 minutes')")
    answer = await shop.service.http.get("/v1/invoices", headers={"Authorization": f"Bearer {new_secret(live=True)}"})
    assert (answer.status_code, answer.json()["code"]) == (503, "key-news-stale")
    assert "Retry-After" in answer.headers


def _registered(shop: Shop) -> CustomerChanged:
    """A customer that the customers service has, and this one does not know."""
    client_id = shop.client.client_id
    return a_customer(client_id, customer_id=new_id_for(client_id), name="Nyregistrert Rør AS")


async def _draft(shop: Shop, seen: str) -> httpx2.Response:
    headers = once(shop.headers) | {"Faktura-Seen": seen}
    return await shop.service.http.post("/v1/invoices", json=shop.content(), headers=headers)


async def _begun(call: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """The call, begun and still waiting."""
    task = asyncio.ensure_future(call)
    done, _ = await asyncio.wait([task], timeout=0.2)
    assert not done, "it did not wait"
    return task
