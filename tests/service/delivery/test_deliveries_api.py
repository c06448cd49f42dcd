"""Deliveries over HTTP, and what holds in the database whoever writes to it."""

from datetime import timedelta

import httpx2
import pytest
from sqlalchemy.exc import DBAPIError

from services.delivery.adapters.mail_log import HttpMailLog
from services.delivery.invariants import RECORDS, UNDER_WAY
from shared.ids import new_id
from tests.service.delivery.conftest import DeliveryUnderTest
from tests.support.examples_documents import a_credit_note, an_invoice, an_invoice_ref

COLUMNS = "client_id, delivery_id, attempt, channel, outcome, phase, text, at"
TWICE = f"insert into delivery_attempt ({COLUMNS}) select {COLUMNS} from delivery_attempt"  # noqa: S608  # constants


async def test_a_client_sees_its_deliveries_page_by_page(delivery: DeliveryUnderTest) -> None:
    events = [await delivery.renders(channels=("print",)) for _ in range(3)]
    await delivery.renders(of=an_invoice(1, client_id=new_id()), channels=("print",))
    headers = await delivery.service.key(events[0].client_id)
    first = await delivery.service.http.get("/v1/deliveries?limit=2", headers=headers)
    second = await delivery.service.http.get(f"/v1/deliveries?limit=2&after={first.json()['next']}", headers=headers)
    listed = [item["document_id"] for item in first.json()["items"] + second.json()["items"]]
    assert listed == [str(event.document.document_id) for event in events]
    assert second.json()["next"] is None


async def test_a_delivery_is_listed_by_its_document_and_shows_its_attempts(delivery: DeliveryUnderTest) -> None:
    event = await delivery.renders()
    await delivery.reaches(event, "handed_over")
    headers = await delivery.service.key(event.client_id)
    listed = await delivery.service.http.get(
        f"/v1/deliveries?document_id={event.document.document_id}&state=handed_over", headers=headers
    )
    (item,) = listed.json()["items"]
    shown = await delivery.service.http.get(f"/v1/deliveries/{item['id']}", headers=headers)
    (attempt,) = shown.json()["attempts"]
    assert (attempt["attempt"], attempt["outcome"], attempt["phase"]) == (1, "accepted", "answer")
    assert attempt["text"] == shown.json()["receipt"] == "250 2.0.0 queued as 1"


@pytest.mark.parametrize("query", ["state=lost", "document_id=x", "limit=0", "limit=100000"])
async def test_an_invalid_filter_is_refused(delivery: DeliveryUnderTest, query: str) -> None:
    headers = await delivery.service.key(new_id())
    assert (await delivery.service.http.get(f"/v1/deliveries?{query}", headers=headers)).status_code == 422


async def test_the_invariants_hold_after_a_mail_a_letter_and_a_rejection(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("refuse_rcpt")
    rejected = await delivery.renders(channels=("email",))
    await delivery.reaches(rejected, "undeliverable")
    mailed = await delivery.renders()
    row = await delivery.reaches(mailed, "handed_over")
    waiting = await delivery.renders(channels=("print",))
    assert await delivery.service.broken() == {}
    states = {record["key"]: record["value"] for record in await delivery.service.rows(RECORDS["deliveries"])}
    assert states[str(waiting.document.document_id)] == "in_print"
    assert [record["key"] for record in await delivery.service.rows(RECORDS["mailed"])] == [row["message_id"]]
    assert await delivery.service.rows(RECORDS["printed"]) == []


async def test_what_waits_is_under_way_until_the_promise_of_its_channel(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("refuse_rcpt")
    letter = await delivery.renders(channels=("email", "print"))
    row = await delivery.reaches(letter, "in_print")
    invoice = an_invoice_ref()
    credit = await delivery.renders(of=a_credit_note(refers_to=invoice), channels=("print",))
    await delivery.reaches(credit, "in_print")
    letters, mails = [await delivery.service.rows(check.query) for check in UNDER_WAY]
    by_key = {way["key"]: way for way in letters}
    way = by_key[str(letter.document.document_id)]
    assert mails == []
    assert way["until"] == row["promised_at"]
    assert abs(way["until"] - way["since"] - timedelta(days=3)) < timedelta(seconds=1)  # since it came to this channel
    assert [way["also"] for way in letters] == [None, str(invoice.document_id)]


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("update delivery set state = 'in_print', handed_over_at = null, receipt = null", "delivery-accepted-once"),
        ("delete from outbox", "delivery-dispatched-once"),
        ("update delivery set state = 'in_print', handed_over_at = null, receipt = null", "print-queue-agrees"),
    ],
)
async def test_the_invariants_notice_what_breaks_them(delivery: DeliveryUnderTest, damage: str, name: str) -> None:
    await delivery.reaches(await delivery.renders(), "handed_over")
    await delivery.service.rows(damage)
    assert len((await delivery.service.broken())[name]) == 1


async def test_the_database_refuses_a_second_acceptance_and_a_rewritten_attempt(delivery: DeliveryUnderTest) -> None:
    await delivery.reaches(await delivery.renders(), "handed_over")
    with pytest.raises(DBAPIError, match="uq_delivery_attempt_accepted"):
        await delivery.service.rows(TWICE)
    with pytest.raises(DBAPIError, match="permission denied"):
        await delivery.service.rows("update delivery_attempt set text = 'other'")


@pytest.mark.parametrize(("status", "taken"), [(200, True), (404, False), (500, None), (302, None)])
async def test_the_mail_log_is_believed_only_when_it_answers_clearly(status: int, taken: bool | None) -> None:
    requested: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        requested.append(request.url.raw_path.decode())
        return httpx2.Response(status)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        assert await HttpMailLog("http://log.test/seen/", http).has("1.original@b.example") is taken
    assert requested == ["/seen/1.original%40b.example"]


async def test_a_mail_log_that_is_away_cannot_answer() -> None:
    async with httpx2.AsyncClient(timeout=1) as http:
        assert await HttpMailLog("http://127.0.0.1:1/seen", http).has("1@b.example") is None
