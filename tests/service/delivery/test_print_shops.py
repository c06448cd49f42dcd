"""Several print shops: each sees, claims and reports only the letters of its own clients."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.documents import DocumentConfirmed
from shared.ids import new_id
from tests.service.delivery.conftest import DeliveryUnderTest, StartDelivery
from tests.support.examples_delivery import a_rendered
from tests.support.examples_documents import an_invoice
from tests.support.keys import a_key_changed
from tests.support.service import once

BERGEN_CLIENT = a_rendered().client_id
"""The client of the examples, who is assigned to Bergen."""


def another_clients() -> DocumentConfirmed:
    return an_invoice(1).model_copy(update={"client_id": new_id()})


class Shop:
    """A print shop with a key whose id is known before the service starts."""

    def __init__(self) -> None:
        self.key, secret = a_key_changed("print_shop")
        self.headers = {"Authorization": f"Bearer {secret}"}

    async def claim(self, delivery: DeliveryUnderTest, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
        answer = await delivery.service.http.post(
            "/v1/print-jobs/claim", json={}, headers=headers or once(self.headers)
        )
        assert answer.status_code == 200, answer.text
        jobs: list[dict[str, Any]] = answer.json()["jobs"]
        return jobs


class Shops:
    def __init__(self) -> None:
        self.drammen, self.bergen, self.stranger = Shop(), Shop(), Shop()

    def settings(self, *, clients_of_bergen: UUID = BERGEN_CLIENT) -> dict[str, str]:
        return {
            "print_shop_default": "drammen",
            "print_shop_keys__drammen": str(self.drammen.key.key_id),
            "print_shop_keys__bergen": str(self.bergen.key.key_id),
            "print_shop_clients__bergen": str(clients_of_bergen),
        }


@pytest.fixture
def shops() -> Shops:
    return Shops()


@pytest.fixture
async def delivery(start_delivery: StartDelivery, shops: Shops) -> DeliveryUnderTest:
    delivery = await start_delivery(**shops.settings())
    for shop in (shops.drammen, shops.bergen, shops.stranger):
        await delivery.service.receives(shop.key)
    return delivery


async def test_a_shop_claims_and_lists_only_the_letters_of_its_clients(
    delivery: DeliveryUnderTest, shops: Shops
) -> None:
    assigned = await delivery.renders(channels=("print",))
    other = await delivery.renders(channels=("print",), of=another_clients())

    for shop, event in ((shops.drammen, other), (shops.bergen, assigned)):
        listed = await delivery.service.http.get("/v1/print-jobs", headers=shop.headers)
        claimed = await shop.claim(delivery)
        expected = [str(event.document.document_id)]
        assert [job["document_id"] for job in listed.json()["items"]] == expected
        assert [job["document_id"] for job in claimed] == expected


@pytest.mark.parametrize("state", ["queued", "claimed", "posted"])
async def test_another_shops_job_is_not_found_even_with_its_token(
    delivery: DeliveryUnderTest, shops: Shops, state: str
) -> None:
    event = await delivery.renders(channels=("print",))
    (job,) = await shops.bergen.claim(delivery)
    await delivery.service.rows("update print_job set maybe_printed = true")
    http, path = delivery.service.http, f"/v1/print-jobs/{job['id']}"
    receipt = {"token": job["token"], "sha256": job["sha256"], "sheets": job["sheets"]}
    if state == "queued":
        body = {"token": job["token"], "code": "jam", "reason": "jam", "retryable": True}
        await http.post(f"{path}/reject", json=body, headers=shops.bergen.headers)
    if state == "posted":
        await http.post(f"{path}/ack", json=receipt, headers=shops.bergen.headers)
    before = await delivery.service.rows("select * from print_job")
    assert before[0]["state"] == state

    headers = shops.drammen.headers
    rejection = {"token": job["token"], "code": "jam", "reason": "jam", "retryable": False}
    answers = [
        await http.get(path, headers=headers),
        await http.get(job["pdf"], headers=headers),
        await http.post(f"{path}/renew", json={"token": job["token"], "lease_seconds": 60}, headers=headers),
        await http.post(f"{path}/ack", json=receipt, headers=headers),
        await http.post(f"{path}/reject", json=rejection, headers=headers),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "print-job-not-found")] * 5
    assert await delivery.service.rows("select * from print_job") == before
    assert (await delivery.delivery(event))["state"] == ("handed_over" if state == "posted" else "in_print")
    assert await delivery.service.broken() == {}


async def test_two_shops_may_choose_the_same_idempotency_key(delivery: DeliveryUnderTest, shops: Shops) -> None:
    await delivery.renders(channels=("print",))
    await delivery.renders(channels=("print",), of=another_clients())
    chosen = {"Idempotency-Key": "2026-11-25/1"}

    bergen = await shops.bergen.claim(delivery, {**shops.bergen.headers, **chosen})
    drammen = await shops.drammen.claim(delivery, {**shops.drammen.headers, **chosen})

    assert len(bergen) == len(drammen) == 1
    assert bergen[0]["id"] != drammen[0]["id"]
    assert await shops.bergen.claim(delivery, {**shops.bergen.headers, **chosen}) == bergen


async def test_a_key_that_belongs_to_no_shop_is_refused(delivery: DeliveryUnderTest, shops: Shops) -> None:
    await delivery.renders(channels=("print",))
    http, headers = delivery.service.http, shops.stranger.headers
    answers = [
        await http.post("/v1/print-jobs/claim", json={}, headers=once(headers)),
        await http.get("/v1/print-jobs", headers=headers),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "key-without-print-shop")] * 2
    assert [row["state"] for row in await delivery.service.rows("select state from print_job")] == ["queued"]


@pytest.mark.parametrize(("stored", "claims"), [("drammen", 0), ("a shop that is no more", 1), (None, 1)])
async def test_a_letter_that_may_have_been_printed_stays_with_the_shop_that_can_say(
    delivery: DeliveryUnderTest, shops: Shops, stored: str | None, claims: int
) -> None:
    """`stored` is the shop that fetched the letter before its client was assigned to Bergen."""
    await delivery.renders(channels=("print",))
    await delivery.service.rows("update print_job set shop = :shop, maybe_printed = true", shop=stored)
    assert len(await shops.bergen.claim(delivery)) == claims
    assert len(await shops.drammen.claim(delivery)) == 1 - claims


@pytest.mark.parametrize(("fetched", "shop"), [(True, "bergen"), (False, None)])
async def test_a_claim_that_ran_out_frees_a_letter_that_was_not_fetched(
    delivery: DeliveryUnderTest, shops: Shops, fetched: bool, shop: str | None
) -> None:
    await delivery.renders(channels=("print",))
    (job,) = await shops.bergen.claim(delivery)
    if fetched:
        await delivery.service.http.get(job["pdf"], headers=shops.bergen.headers)
    await delivery.service.rows("update print_job set lease_until = clock_timestamp() - interval '1 second'")
    await shops.drammen.claim(delivery)
    assert [(row["state"], row["shop"]) for row in await delivery.service.rows("select * from print_job")] == [
        ("queued", shop)
    ]
