"""The state machine of a delivery, by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.delivery.domain.delivery import Delivery, message_id
from services.delivery.domain.machine import Terms, after, start_on
from services.delivery.domain.outcome import Accepted, Deferred, NotSeen, Outcome, Refused, Released, Unknown
from services.delivery.domain.print_job import sheets_of
from shared.ids import new_id
from shared.values import Channel
from tests.support.examples_delivery import a_rendered

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
TERMS = Terms(timedelta(hours=24), timedelta(days=3), (timedelta(minutes=1), timedelta(minutes=5)))


def a_delivery(channel: Channel = "email", channels: tuple[Channel, ...] = ("email", "print"), **more: Any) -> Delivery:
    event = a_rendered()
    delivery_id = new_id()
    values: dict[str, Any] = {
        "delivery_id": delivery_id,
        "client_id": event.client_id,
        "document": event.document,
        "seller": event.seller,
        "pdf": event.artefacts[0],
        "channels": channels,
        "channel": channel,
        "email": "a@b.example",
        "message_id": message_id(delivery_id, "original", "b.example"),
        "state": "sending",
        "attempt": 1,
        "failures": 0,
        "promised_at": NOW + timedelta(hours=24),
        "created_at": NOW,
        "correlation_id": "test",
        "causation_id": None,
    }
    return Delivery(**values | more)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Accepted("250 ok"), "handed_over"),
        (Unknown("silence"), "uncertain"),
        (Deferred("450", "rcpt"), "ready"),
        (Released("no lease"), "ready"),
        (NotSeen("not seen", "mail_log"), "ready"),
        (Refused("550", "rcpt"), "in_print"),
    ],
)
def test_each_outcome_has_its_state(outcome: Outcome, state: str) -> None:
    assert after(a_delivery(), outcome, NOW, TERMS).state == state


def test_deferrals_climb_the_ladder_and_then_leave_the_channel() -> None:
    no = Deferred("450", "rcpt")
    assert after(a_delivery(failures=0), no, NOW, TERMS).next_attempt_at == NOW + timedelta(minutes=1)
    assert after(a_delivery(failures=1), no, NOW, TERMS).next_attempt_at == NOW + timedelta(minutes=5)
    assert after(a_delivery(failures=2), no, NOW, TERMS).channel == "print"


def test_a_release_counts_as_no_failure() -> None:
    change = after(a_delivery(failures=1), Released("no lease"), NOW, TERMS)
    assert (change.failures, change.next_attempt_at) == (1, NOW)


def test_what_was_not_seen_goes_again_at_once_and_then_with_pauses() -> None:
    lost = NotSeen("not seen", "mail_log")
    assert after(a_delivery(failures=0), lost, NOW, TERMS).next_attempt_at == NOW
    assert after(a_delivery(failures=1), lost, NOW, TERMS).next_attempt_at == NOW + timedelta(minutes=5)


def test_the_last_channel_refused_is_undeliverable_with_the_reason() -> None:
    change = after(a_delivery("print"), Refused("no such street", "print"), NOW, TERMS)
    assert (change.state, change.reason) == ("undeliverable", "no such street")


def test_a_new_channel_starts_at_the_foot_of_the_ladder_with_its_own_promise() -> None:
    change = after(a_delivery(failures=1), Refused("550", "rcpt"), NOW, TERMS)
    assert (change.channel, change.failures, change.promised_at) == ("print", 0, NOW + timedelta(days=3))


def test_the_first_channel_decides_the_first_state() -> None:
    assert start_on(("email",), NOW, TERMS).state == "ready"
    assert start_on(("print", "email"), NOW, TERMS).state == "in_print"


def test_three_pages_are_two_sheets_when_both_sides_are_used() -> None:
    assert (sheets_of(3, duplex=True), sheets_of(3, duplex=False)) == (2, 3)
