"""The print shop's side: claims, tokens, receipts. A letter is never accepted twice."""

import asyncio
import hashlib
from typing import Any

import pytest

from shared.contracts.delivery import DocumentDispatched, DocumentUndeliverable
from shared.ids import new_id
from tests.service.delivery.conftest import DeliveryUnderTest
from tests.support.eventually import eventually
from tests.support.examples_delivery import PDF, an_artefact
from tests.support.service import once


class Shop:
    """A print shop with its own key."""

    def __init__(self, delivery: DeliveryUnderTest, headers: dict[str, str]) -> None:
        self._http = delivery.service.http
        self.headers = headers

    async def claim(self, headers: dict[str, str] | None = None, **body: int) -> list[dict[str, Any]]:
        answer = await self._http.post("/v1/print-jobs/claim", json=body, headers=headers or once(self.headers))
        assert answer.status_code == 200, answer.text
        jobs: list[dict[str, Any]] = answer.json()["jobs"]
        return jobs

    async def claim_again(self) -> list[dict[str, Any]]:
        """Jobs whose lease is over. While the job that ends leases holds their rows, a claim passes over them."""
        return await eventually(self.claim)

    async def fetch(self, job: dict[str, Any]) -> Any:
        return await self._http.get(job["pdf"], headers=self.headers)

    async def report(self, job: dict[str, Any], action: str, **body: Any) -> Any:
        content = {"token": job["token"], **body}
        return await self._http.post(f"/v1/print-jobs/{job['id']}/{action}", json=content, headers=self.headers)

    async def acknowledge(self, job: dict[str, Any], **other: Any) -> Any:
        return await self.report(job, "ack", **{"sha256": job["sha256"], "sheets": job["sheets"]} | other)


@pytest.fixture
async def shop(delivery: DeliveryUnderTest) -> Shop:
    return Shop(delivery, await delivery.service.key(None, "print_shop"))


async def _lease_is_over(delivery: DeliveryUnderTest) -> None:
    await delivery.service.rows("update print_job set lease_until = clock_timestamp() - interval '1 second'")


async def test_a_letter_is_claimed_fetched_and_acknowledged(delivery: DeliveryUnderTest, shop: Shop) -> None:
    event = await delivery.renders(channels=("print",), pages=3)
    (job,) = await shop.claim(max=10, lease_seconds=600)
    assert (job["document_id"], job["number"]) == (str(event.document.document_id), event.document.number)
    assert (job["pages"], job["sheets"], job["claim_no"], job["maybe_printed"]) == (3, 3, 1, False)
    assert 590 < job["lease_seconds"] <= 600
    pdf = await shop.fetch(job)
    assert pdf.headers["content-type"] == "application/pdf"
    assert hashlib.sha256(pdf.content).hexdigest() == job["sha256"]
    assert pdf.content == PDF
    answer = await shop.acknowledge(job)
    assert answer.status_code == 200
    assert answer.json()["state"] == "posted"
    await delivery.reaches(event, "handed_over")
    (dispatched,) = await delivery.service.emitted(DocumentDispatched)
    assert dispatched.channel == "print"
    assert job["id"] in dispatched.receipt


async def test_the_file_for_printing_is_printed_and_the_one_for_reading_is_mailed(
    delivery: DeliveryUnderTest, shop: Shop
) -> None:
    sha256 = await delivery.objects.put(b"%PDF with bleed and crop marks")
    to_print = an_artefact(purpose="print", sha256=sha256, pages=2)
    await delivery.renders(channels=("print",), more=(to_print,))
    (job,) = await shop.claim()
    assert (job["sha256"], job["pages"]) == (sha256, 2)
    mailed = await delivery.renders(channels=("email",), more=(to_print,))
    await delivery.reaches(mailed, "handed_over")
    (attachment,) = delivery.sink.mail().iter_attachments()
    assert attachment.get_content() == PDF
    assert await delivery.service.broken() == {}


async def test_the_same_receipt_again_gets_the_same_answer_and_emits_nothing(
    delivery: DeliveryUnderTest, shop: Shop
) -> None:
    await delivery.renders(channels=("print",))
    (job,) = await shop.claim()
    first, second = await shop.acknowledge(job), await shop.acknowledge(job)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert len(await delivery.service.emitted(DocumentDispatched)) == 1


async def test_an_expired_claim_is_offered_again_and_its_token_is_refused(
    delivery: DeliveryUnderTest, shop: Shop
) -> None:
    await delivery.renders(channels=("print",))
    (first,) = await shop.claim()
    await _lease_is_over(delivery)
    late = await shop.acknowledge(first)
    assert late.status_code == 409
    assert late.json()["code"] == "stale-token"
    (second,) = await shop.claim_again()
    assert (second["claim_no"], second["maybe_printed"]) == (2, False)
    assert (await shop.acknowledge(first)).status_code == 409
    assert (await shop.fetch(first)).status_code == 409
    assert (await shop.report(first, "renew", lease_seconds=60)).status_code == 409
    assert (await shop.acknowledge(second)).status_code == 200
    assert "posted" in (await shop.acknowledge(first)).json()["detail"]


async def test_a_letter_fetched_and_never_reported_may_have_been_printed(
    delivery: DeliveryUnderTest, shop: Shop
) -> None:
    await delivery.renders(channels=("print",))
    (first,) = await shop.claim()
    await shop.fetch(first)
    await _lease_is_over(delivery)
    (second,) = await shop.claim_again()
    assert second["maybe_printed"] is True


async def test_a_renewed_claim_lasts_longer(delivery: DeliveryUnderTest, shop: Shop) -> None:
    await delivery.renders(channels=("print",))
    (job,) = await shop.claim(lease_seconds=60)
    renewed = await shop.report(job, "renew", lease_seconds=3600)
    assert renewed.status_code == 200
    assert renewed.json()["lease_seconds"] > 3500
    assert (await shop.report(job, "renew", lease_seconds=30)).json()["lease_seconds"] > 3500


@pytest.mark.parametrize(
    ("other", "code"),
    [({"sha256": "e" * 64}, "print-hash-mismatch"), ({"sheets": 2}, "print-sheets-mismatch")],
)
async def test_a_receipt_for_another_file_is_refused(
    delivery: DeliveryUnderTest, shop: Shop, other: dict[str, Any], code: str
) -> None:
    event = await delivery.renders(channels=("print",))
    (job,) = await shop.claim()
    answer = await shop.acknowledge(job, **other)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await delivery.delivery(event))["state"] == "in_print"


async def test_a_retryable_rejection_returns_to_the_queue(delivery: DeliveryUnderTest, shop: Shop) -> None:
    await delivery.renders(channels=("print",))
    (job,) = await shop.claim()
    answer = await shop.report(job, "reject", code="paper-jam", reason="page 1", retryable=True)
    assert answer.json()["state"] == "queued"
    (again,) = await shop.claim()
    assert again["claim_no"] == 2
    assert (await shop.acknowledge(again)).status_code == 200


async def test_a_final_rejection_goes_on_to_the_next_channel(delivery: DeliveryUnderTest, shop: Shop) -> None:
    event = await delivery.renders(channels=("print", "email"))
    (job,) = await shop.claim()
    await shop.report(job, "reject", code="bad-address", reason="no such street", retryable=False)
    row = await delivery.reaches(event, "handed_over")
    assert row["channel"] == "email"
    assert await shop.claim() == []


async def test_a_final_rejection_without_another_channel_is_undeliverable(
    delivery: DeliveryUnderTest, shop: Shop
) -> None:
    event = await delivery.renders(channels=("print",))
    (job,) = await shop.claim()
    await shop.report(job, "reject", code="bad-address", reason="no such street", retryable=False)
    await delivery.reaches(event, "undeliverable")
    (undeliverable,) = await delivery.service.emitted(DocumentUndeliverable)
    assert undeliverable.reason == "print shop: bad-address: no such street"


async def test_greedy_shops_never_get_the_same_letter(delivery: DeliveryUnderTest, shop: Shop) -> None:
    for _ in range(12):
        await delivery.renders(channels=("print",))
    claims = await asyncio.gather(*(shop.claim(max=5) for _ in range(4)))
    ids = [job["id"] for jobs in claims for job in jobs]
    assert len(ids) == len(set(ids)) == 12


async def test_the_oldest_letters_come_first(delivery: DeliveryUnderTest, shop: Shop) -> None:
    events = [await delivery.renders(channels=("print",)) for _ in range(3)]
    (first,) = await shop.claim(max=1)
    assert first["document_id"] == str(events[0].document.document_id)


async def test_the_same_claim_request_again_gets_the_same_jobs(delivery: DeliveryUnderTest, shop: Shop) -> None:
    await delivery.renders(channels=("print",))
    headers = once(shop.headers)
    first, second = await shop.claim(headers), await shop.claim(headers)
    assert first == second != []


async def test_jobs_are_listed_by_state(delivery: DeliveryUnderTest, shop: Shop) -> None:
    for _ in range(3):
        await delivery.renders(channels=("print",))
    await shop.claim(max=1)
    http = delivery.service.http
    queued = await http.get("/v1/print-jobs?state=queued&limit=1", headers=shop.headers)
    assert [job["state"] for job in queued.json()["items"]] == ["queued"]
    rest = await http.get(f"/v1/print-jobs?state=queued&after={queued.json()['next']}", headers=shop.headers)
    assert len(rest.json()["items"]) == 1
    assert rest.json()["next"] is None


async def test_clients_and_print_shops_only_reach_their_own_lists(delivery: DeliveryUnderTest, shop: Shop) -> None:
    event = await delivery.renders(channels=("print",))
    headers = await delivery.service.key(event.client_id)
    answer = await delivery.service.http.post("/v1/print-jobs/claim", json={}, headers=once(headers))
    assert answer.status_code == 403
    answer = await delivery.service.http.get("/v1/deliveries", headers=shop.headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("body", [{"max": 0}, {"max": 10_000}, {"lease_seconds": 1}, {"colour": True}])
async def test_an_invalid_claim_is_refused(delivery: DeliveryUnderTest, shop: Shop, body: dict[str, Any]) -> None:
    answer = await delivery.service.http.post("/v1/print-jobs/claim", json=body, headers=once(shop.headers))
    assert answer.status_code == 422


async def test_a_job_that_does_not_exist_is_not_found(delivery: DeliveryUnderTest, shop: Shop) -> None:
    job = {"id": new_id(), "token": "1.x", "sha256": "0" * 64, "sheets": 1}
    assert (await shop.acknowledge(job)).json()["code"] == "print-job-not-found"
