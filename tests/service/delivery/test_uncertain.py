"""The window after the final dot: never taken for a failure, never sent again without asking, always resolved."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.delivery.adapters.smtp import MailConnection
from services.delivery.domain.delivery import Delivery, State
from services.delivery.domain.machine import Terms
from services.delivery.jobs import mail_round
from services.delivery.jobs.mail_round import MailRound
from services.delivery.tools import Tools
from services.delivery.usecases.deliveries.settle import Result, settle
from services.delivery.usecases.mails.note_dots import note_dots
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched
from shared.contracts.rendering import DocumentRendered
from shared.db.database import Cause, UnitOfWork
from shared.db.engine import SESSION_LIMITS
from shared.db.sql import run
from shared.ids import new_id
from shared.service import JobContext
from tests.service.delivery.conftest import DeliveryUnderTest, StartDelivery
from tests.support.eventually import eventually
from tests.support.examples_delivery import PDF, a_rendered


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
    delivery.sink.behave("nonsense")
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


async def test_the_mail_log_is_believed_only_after_some_time(start_delivery: StartDelivery) -> None:
    delivery = await start_delivery(mail_log_patience_s=3600)
    delivery.sink.behave("drop_before_answer")
    event = await delivery.renders()
    await delivery.reaches(event, "uncertain")
    await eventually(lambda: len(delivery.mail_log.queried) >= 3)
    assert (await delivery.delivery(event))["state"] == "uncertain"


async def test_a_silent_mail_log_decides_nothing(delivery: DeliveryUnderTest) -> None:
    delivery.mail_log.silent = True
    delivery.sink.behave("drop_after_accepting")
    event = await delivery.renders()
    await eventually(lambda: len(delivery.mail_log.queried) >= 3)
    assert (await delivery.delivery(event))["state"] == "uncertain"
    delivery.mail_log.silent = False
    await delivery.reaches(event, "handed_over")


@pytest.fixture
async def without_log(start_delivery: StartDelivery) -> DeliveryUnderTest:
    """Without a mail log."""
    return await start_delivery(mail_log=False)


async def _crashed_while_sending(delivery: DeliveryUnderTest, *, dot_begun: bool = True) -> DocumentRendered:
    """The row that a sender leaves behind when it dies between claim and settlement, after the lease is over."""
    event = await delivery.renders(channels=("print",))
    await delivery.service.rows("delete from print_job")
    await delivery.service.rows(
        "update delivery set state = 'sending', channel = 'email', channels = '{email}', "
        "attempt = 1, dot_begun = :dot_begun, lease_until = clock_timestamp() - interval '1 second'",
        dot_begun=dot_begun,
    )
    return event


async def test_a_mail_whose_sender_died_before_its_final_dot_goes_again(without_log: DeliveryUnderTest) -> None:
    event = await _crashed_while_sending(without_log, dot_begun=False)
    await without_log.reaches(event, "ready")
    without_log.service.clock.advance(timedelta(hours=1))
    row = await without_log.reaches(event, "handed_over")
    assert await without_log.outcomes(event) == ["deferred", "accepted"]
    assert without_log.sink.accepted == [row["message_id"]]


async def test_a_sender_that_awakes_after_its_mail_was_given_to_another_sends_no_dot(
    without_log: DeliveryUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = asyncio.Event()

    async def fall_asleep_once(work: UnitOfWork, mails: Sequence[Delivery]) -> set[UUID]:
        if not asleep.is_set():
            asleep.set()
            await without_log.service.rows("update delivery set lease_until = clock_timestamp() - interval '1 second'")
            await without_log.reaches(event, "ready")
            without_log.service.clock.advance(timedelta(hours=1))
            await eventually(lambda: without_log.sink.accepted)
        return await note_dots(work, mails)

    monkeypatch.setattr(mail_round, "note_dots", fall_asleep_once)
    event = await without_log.renders()
    row = await without_log.reaches(event, "handed_over")
    await eventually(lambda: _late_result(without_log))
    assert without_log.sink.accepted == [row["message_id"]]


async def _late_result(delivery: DeliveryUnderTest) -> bool:
    return bool(await delivery.service.rows("select 1 from delivery_attempt where outcome = 'late'"))


async def test_a_mail_whose_sender_died_is_uncertain_and_not_ready(without_log: DeliveryUnderTest) -> None:
    event = await _crashed_while_sending(without_log)
    await without_log.reaches(event, "uncertain")
    assert without_log.sink.accepted == []


async def test_a_mail_whose_sender_died_is_reconciled_with_the_mail_log(delivery: DeliveryUnderTest) -> None:
    event = await _crashed_while_sending(delivery)
    row = await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["unknown", "deferred", "accepted"]
    assert delivery.sink.accepted == [row["message_id"]]
    assert row["attempt"] == 2


async def test_uncertain_is_listed_until_a_person_resolves_it(without_log: DeliveryUnderTest) -> None:
    event, headers, path = await _uncertain(without_log)
    listed = await without_log.service.http.get("/v1/deliveries?state=uncertain", headers=headers)
    assert [item["document_id"] for item in listed.json()["items"]] == [str(event.document.document_id)]
    answer = await without_log.service.http.post(f"{path}/resolve", json={"handed_over": True}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["state"] == "handed_over"
    assert [attempt["outcome"] for attempt in answer.json()["attempts"]] == ["unknown", "accepted"]
    again = await without_log.service.http.post(f"{path}/resolve", json={"handed_over": True}, headers=headers)
    assert again.status_code == 200
    assert len(await without_log.service.emitted(DocumentDispatched)) == 1


async def test_a_mail_that_never_arrived_by_a_persons_word_is_sent_again(without_log: DeliveryUnderTest) -> None:
    event, headers, path = await _uncertain(without_log)
    answer = await without_log.service.http.post(f"{path}/resolve", json={"handed_over": False}, headers=headers)
    assert answer.status_code == 200
    row = await without_log.reaches(event, "handed_over")
    assert without_log.sink.accepted == [row["message_id"]]
    late = await without_log.service.http.post(f"{path}/resolve", json={"handed_over": False}, headers=headers)
    assert late.status_code == 409
    assert late.json()["code"] == "delivery-not-uncertain"


async def test_only_the_clients_own_key_may_resolve(without_log: DeliveryUnderTest) -> None:
    _, _, path = await _uncertain(without_log)
    other = await without_log.service.key(new_id())
    for answer in (
        await without_log.service.http.post(f"{path}/resolve", json={"handed_over": True}, headers=other),
        await without_log.service.http.get(path, headers=other),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("body", [{}, {"handed_over": "yes"}, {"handed_over": True, "why": "x"}])
async def test_an_invalid_resolution_is_refused(without_log: DeliveryUnderTest, body: dict[str, Any]) -> None:
    _, headers, path = await _uncertain(without_log)
    answer = await without_log.service.http.post(f"{path}/resolve", json=body, headers=headers)
    assert answer.status_code == 422


async def _uncertain(delivery: DeliveryUnderTest) -> tuple[DocumentRendered, dict[str, str], str]:
    delivery.sink.behave("drop_before_answer")
    event = await delivery.renders()
    row = await delivery.reaches(event, "uncertain")
    return event, await delivery.service.key(event.client_id), f"/v1/deliveries/{row['delivery_id']}"


async def test_a_delay_is_reported_once_and_sending_goes_on(without_log: DeliveryUnderTest) -> None:
    event, headers, path = await _uncertain(without_log)
    without_log.service.clock.advance(timedelta(hours=25))

    async def reported() -> bool:
        return len(await without_log.service.emitted(DocumentDelayed)) == 1

    await eventually(reported)
    without_log.service.clock.advance(timedelta(hours=25))
    await without_log.service.http.post(f"{path}/resolve", json={"handed_over": True}, headers=headers)
    await without_log.reaches(event, "handed_over")
    (delayed,) = await without_log.service.emitted(DocumentDelayed)
    assert delayed.reason.startswith("was sent, but whether it was taken is not known")


async def test_a_letter_has_a_longer_promise_than_a_mail(without_log: DeliveryUnderTest) -> None:
    letter = await without_log.renders(channels=("print",))
    without_log.service.clock.advance(timedelta(hours=71))
    assert await without_log.service.emitted(DocumentDelayed) == []
    without_log.service.clock.advance(timedelta(hours=2))

    async def reported() -> bool:
        return [delayed.document for delayed in await without_log.service.emitted(DocumentDelayed)] == [letter.document]

    await eventually(reported)


async def _asleep_past_its_lease(delivery: DeliveryUnderTest) -> DocumentRendered:
    """A sender that waits for the server's answer longer than its lease lasts."""
    delivery.mail_log.silent = True
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
    assert row["receipt"] == "250 2.0.0 queued as 1"
    assert await delivery.outcomes(event) == ["unknown", "accepted"]


async def test_an_answer_after_the_delivery_was_resolved_is_recorded_and_changes_nothing(
    delivery: DeliveryUnderTest,
) -> None:
    event = await _asleep_past_its_lease(delivery)
    headers = await delivery.service.key(event.client_id)
    path = f"/v1/deliveries/{(await delivery.delivery(event))['delivery_id']}/resolve"
    await delivery.service.http.post(path, json={"handed_over": True}, headers=headers)
    delivery.sink.release.set()

    async def recorded() -> bool:
        return await delivery.outcomes(event) == ["unknown", "accepted", "late"]

    await eventually(recorded)
    assert len(await delivery.service.emitted(DocumentDispatched)) == 1


async def test_an_answer_is_not_lost_while_another_transaction_locks_the_delivery(
    start_delivery: StartDelivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SESSION_LIMITS, "lock_timeout", "100ms")
    delivery = await start_delivery()
    delivery.sink.behave("stall")
    event = await delivery.renders()
    await eventually(lambda: delivery.sink.stalled == 1)
    attempts = _count_settling(monkeypatch)

    async with delivery.service.runtime.database.unit(Cause("test")) as work:
        await run(work.session, sa.text("select from delivery for update"))
        delivery.sink.release.set()
        await eventually(lambda: attempts["begun"] >= 2)

    await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["accepted"]


def _count_settling(
    monkeypatch: pytest.MonkeyPatch, fails: Callable[[Sequence[Result]], bool] | None = None
) -> Counter[str]:
    """Counts attempts to settle; those for which `fails` is true end in an error that nobody foresaw."""
    attempts = Counter[str]()

    async def counted(work: UnitOfWork, results: Sequence[Result], terms: Terms, states: Sequence[State]) -> int:
        attempts["begun"] += 1
        if fails is not None and fails(results):
            raise RuntimeError("nobody foresaw this")
        return await settle(work, results, terms, states)

    monkeypatch.setattr("services.delivery.jobs.mail_round.settle", counted)
    return attempts


async def test_one_result_that_cannot_be_settled_costs_no_other_its_answer(
    delivery: DeliveryUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.delivery.jobs.mail_round.SETTLE_AFTER_S", 60)
    bad, *good = [a_rendered(sha256=await delivery.objects.put(PDF), size_bytes=len(PDF)) for _ in range(4)]
    _count_settling(monkeypatch, lambda results: any(_is_of(result, bad) for result in results))

    await delivery.service.receives(bad, *good)

    for event in good:
        await delivery.reaches(event, "handed_over")
    assert (await delivery.delivery(bad))["state"] == "sending"
    assert len(delivery.sink.accepted) == 4


def _is_of(result: Result, event: DocumentRendered) -> bool:
    return result.delivery.document.document_id == event.document.document_id


async def test_a_stop_finishes_the_mail_in_hand(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("stall")
    event = await delivery.renders()
    await eventually(lambda: delivery.sink.stalled == 1)
    stopping = asyncio.create_task(delivery.service.runtime.stop())
    delivery.sink.release.set()
    await stopping
    assert (await delivery.delivery(event))["state"] == "handed_over"


async def test_a_claim_that_is_committed_while_the_process_stops_is_given_back(
    delivery: DeliveryUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, may_end = asyncio.Event(), asyncio.Event()

    async def claim_and_wait(context: JobContext[Tools], connection: MailConnection) -> MailRound:
        mails = await claim(context, connection)
        if mails.mails:
            claimed.set()
            await may_end.wait()
        return mails

    claim = mail_round._claim
    monkeypatch.setattr(mail_round, "_claim", claim_and_wait)
    event = await delivery.renders()
    await claimed.wait()
    stopping = asyncio.create_task(delivery.service.runtime.stop())
    await eventually(lambda: all(task.cancelling() for task in delivery.service.runtime._tasks))
    may_end.set()
    await stopping
    assert (await delivery.delivery(event))["state"] == "ready"
