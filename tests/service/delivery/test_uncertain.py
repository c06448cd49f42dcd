"""The window after the final dot: never failed, never sent again unasked, always resolved by asking."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.delivery import DocumentDelayed, DocumentDispatched
from shared.contracts.rendering import DocumentRendered
from shared.ids import new_id
from tests.service.delivery.conftest import DeliveryUnderTest, StartDelivery
from tests.support.eventually import eventually


async def test_a_lost_answer_is_reconciled_when_the_server_has_taken_the_mail(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("drop_after_accepting")
    event = await delivery.renders()
    row = await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["unknown", "accepted"]
    assert row["receipt"] == "reconciled: the mail server has taken the message"
    assert delivery.sink.accepted == [row["message_id"]]
    assert len(await delivery.service.emitted(DocumentDispatched)) == 1


async def test_a_mail_that_was_never_taken_goes_again_with_the_same_message_id(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("drop_before_answer")
    event = await delivery.renders()
    row = await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["unknown", "deferred", "accepted"]
    assert delivery.sink.accepted == [row["message_id"]]


async def test_an_answer_that_is_no_smtp_answer_is_not_believed(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("babble")
    event = await delivery.renders()
    await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["unknown", "accepted"]
    assert len(delivery.sink.accepted) == 1


async def test_a_server_that_never_answers_leaves_it_uncertain(start_delivery: StartDelivery) -> None:
    delivery = await start_delivery(mail_log=False, answer_timeout_s=0.2)
    delivery.sink.behave("stall")
    event = await delivery.renders()
    row = await delivery.reaches(event, "uncertain")
    assert row["reason"] == "no answer after the final dot: SMTPReadTimeoutError"


async def test_not_seen_is_believed_only_after_some_patience(start_delivery: StartDelivery) -> None:
    delivery = await start_delivery(mail_log_patience_s=3600)
    delivery.sink.behave("drop_before_answer")
    event = await delivery.renders()
    await delivery.reaches(event, "uncertain")
    await eventually(lambda: len(delivery.journal.asked) >= 3)
    assert (await delivery.delivery(event))["state"] == "uncertain"


async def test_a_silent_witness_decides_nothing(delivery: DeliveryUnderTest) -> None:
    delivery.journal.silent = True
    delivery.sink.behave("drop_after_accepting")
    event = await delivery.renders()
    await eventually(lambda: len(delivery.journal.asked) >= 3)
    assert (await delivery.delivery(event))["state"] == "uncertain"
    delivery.journal.silent = False
    await delivery.reaches(event, "handed_over")


@pytest.fixture
async def alone(start_delivery: StartDelivery) -> DeliveryUnderTest:
    """Without a witness."""
    return await start_delivery(mail_log=False)


async def _crashed_while_sending(delivery: DeliveryUnderTest) -> DocumentRendered:
    """A row as a sender leaves it that dies between claim and settlement, after its lease is over."""
    event = await delivery.renders(channels=("print",))
    await delivery.service.rows("delete from print_job")
    await delivery.service.rows(
        "update delivery set state = 'sending', channel = 'email', channels = '{email}', email = 'a@b.example', "
        "attempt = 1, lease_until = clock_timestamp() - interval '1 second'"
    )
    return event


async def test_a_sender_that_died_leaves_uncertain_and_not_ready(alone: DeliveryUnderTest) -> None:
    event = await _crashed_while_sending(alone)
    await alone.reaches(event, "uncertain")
    assert alone.sink.accepted == []


async def test_a_sender_that_died_is_asked_after(delivery: DeliveryUnderTest) -> None:
    event = await _crashed_while_sending(delivery)
    row = await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["unknown", "deferred", "accepted"]
    assert delivery.sink.accepted == [row["message_id"]]
    assert row["attempt"] == 2


async def test_uncertain_is_listed_until_a_person_resolves_it(alone: DeliveryUnderTest) -> None:
    event, headers, where = await _uncertain(alone)
    listed = await alone.service.http.get("/v1/deliveries?state=uncertain", headers=headers)
    assert [one["document_id"] for one in listed.json()["items"]] == [str(event.document.document_id)]
    answer = await alone.service.http.post(f"{where}/resolve", json={"handed_over": True}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["state"] == "handed_over"
    assert [one["outcome"] for one in answer.json()["attempts"]] == ["unknown", "accepted"]
    again = await alone.service.http.post(f"{where}/resolve", json={"handed_over": True}, headers=headers)
    assert again.status_code == 200
    assert len(await alone.service.emitted(DocumentDispatched)) == 1


async def test_a_person_may_say_that_it_never_arrived_and_it_is_sent_again(alone: DeliveryUnderTest) -> None:
    event, headers, where = await _uncertain(alone)
    answer = await alone.service.http.post(f"{where}/resolve", json={"handed_over": False}, headers=headers)
    assert answer.status_code == 200
    row = await alone.reaches(event, "handed_over")
    assert alone.sink.accepted == [row["message_id"]]
    late = await alone.service.http.post(f"{where}/resolve", json={"handed_over": False}, headers=headers)
    assert late.status_code == 409
    assert late.json()["code"] == "delivery-not-uncertain"


async def test_only_the_clients_own_key_may_resolve(alone: DeliveryUnderTest) -> None:
    _, _, where = await _uncertain(alone)
    other = await alone.service.key(new_id())
    for answer in (
        await alone.service.http.post(f"{where}/resolve", json={"handed_over": True}, headers=other),
        await alone.service.http.get(where, headers=other),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("body", [{}, {"handed_over": "yes"}, {"handed_over": True, "why": "x"}])
async def test_a_resolution_that_says_something_else_is_refused(alone: DeliveryUnderTest, body: dict[str, Any]) -> None:
    _, headers, where = await _uncertain(alone)
    answer = await alone.service.http.post(f"{where}/resolve", json=body, headers=headers)
    assert answer.status_code == 422


async def _uncertain(delivery: DeliveryUnderTest) -> tuple[DocumentRendered, dict[str, str], str]:
    delivery.sink.behave("drop_before_answer")
    event = await delivery.renders()
    row = await delivery.reaches(event, "uncertain")
    return event, await delivery.service.key(event.client_id), f"/v1/deliveries/{row['delivery_id']}"


async def test_a_broken_promise_is_told_once_and_sending_goes_on(alone: DeliveryUnderTest) -> None:
    event, headers, where = await _uncertain(alone)
    alone.service.clock.advance(timedelta(hours=25))

    async def told() -> bool:
        return len(await alone.service.emitted(DocumentDelayed)) == 1

    await eventually(told)
    alone.service.clock.advance(timedelta(hours=25))
    await alone.service.http.post(f"{where}/resolve", json={"handed_over": True}, headers=headers)
    await alone.reaches(event, "handed_over")
    (said,) = await alone.service.emitted(DocumentDelayed)
    assert said.reason.startswith("was sent, but whether it was taken is not known")


async def test_a_letter_has_a_longer_promise_than_a_mail(alone: DeliveryUnderTest) -> None:
    letter = await alone.renders(channels=("print",))
    alone.service.clock.advance(timedelta(hours=71))
    assert await alone.service.emitted(DocumentDelayed) == []
    alone.service.clock.advance(timedelta(hours=2))

    async def told() -> bool:
        return [one.document for one in await alone.service.emitted(DocumentDelayed)] == [letter.document]

    await eventually(told)


async def _asleep_past_its_lease(delivery: DeliveryUnderTest) -> DocumentRendered:
    """A sender that waits for the server's answer longer than its lease lasts."""
    delivery.journal.silent = True
    delivery.sink.behave("stall")
    event = await delivery.renders()
    await eventually(lambda: delivery.sink.stalled == 1)
    await delivery.service.rows("update delivery set lease_until = clock_timestamp() - interval '1 second'")
    await delivery.reaches(event, "uncertain")
    return event


async def test_a_certain_answer_counts_though_the_lease_is_over(delivery: DeliveryUnderTest) -> None:
    event = await _asleep_past_its_lease(delivery)
    delivery.sink.release.set()
    row = await delivery.reaches(event, "handed_over")
    assert row["receipt"] == "250 2.0.0 kept as 1"
    assert await delivery.outcomes(event) == ["unknown", "accepted"]


async def test_an_answer_that_comes_after_the_matter_was_settled_is_noted_and_changes_nothing(
    delivery: DeliveryUnderTest,
) -> None:
    event = await _asleep_past_its_lease(delivery)
    headers = await delivery.service.key(event.client_id)
    where = f"/v1/deliveries/{(await delivery.delivery(event))['delivery_id']}/resolve"
    await delivery.service.http.post(where, json={"handed_over": True}, headers=headers)
    delivery.sink.release.set()

    async def noted() -> bool:
        return await delivery.outcomes(event) == ["unknown", "accepted", "late"]

    await eventually(noted)
    assert len(await delivery.service.emitted(DocumentDispatched)) == 1


async def test_a_stop_finishes_the_mail_in_hand(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("stall")
    event = await delivery.renders()
    await eventually(lambda: delivery.sink.stalled == 1)
    stopping = asyncio.create_task(delivery.service.runtime.stop())
    delivery.sink.release.set()
    await stopping
    assert (await delivery.delivery(event))["state"] == "handed_over"
