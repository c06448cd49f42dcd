"""The state machine of a delivery."""

from datetime import timedelta

import pytest

from services.delivery.domain.machine import after, start_on
from services.delivery.domain.outcome import Accepted, Deferred, NotTaken, Outcome, Rejected, Released, Unknown
from services.delivery.domain.print_job import sheets_of
from services.delivery.domain.routing import Route
from tests.unit.delivery.examples import NOW, TERMS, a_delivery


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Accepted("250 ok"), "handed_over"),
        (Unknown("silence"), "uncertain"),
        (Deferred("450", "rcpt"), "ready"),
        (Released("no lease"), "ready"),
        (NotTaken("not taken", "mail_log"), "ready"),
        (Rejected("550", "rcpt"), "in_print"),
    ],
)
def test_each_outcome_has_its_state(outcome: Outcome, state: str) -> None:
    assert after(a_delivery(), outcome, NOW, TERMS).state == state


def test_deferrals_wait_longer_and_longer_and_then_leave_the_channel() -> None:
    deferred = Deferred("450", "rcpt")
    assert after(a_delivery(failures=0), deferred, NOW, TERMS).next_attempt_at == NOW + timedelta(minutes=1)
    assert after(a_delivery(failures=1), deferred, NOW, TERMS).next_attempt_at == NOW + timedelta(minutes=5)
    assert after(a_delivery(failures=9), deferred, NOW, TERMS).channel == "print"


def test_a_release_does_not_count_as_a_failure() -> None:
    change = after(a_delivery(failures=1), Released("no lease"), NOW, TERMS)
    assert (change.failures, change.next_attempt_at) == (1, NOW)


def test_a_mail_that_was_not_taken_is_sent_again_at_once_and_later_with_pauses() -> None:
    not_taken = NotTaken("not taken", "mail_log")
    assert after(a_delivery(failures=0), not_taken, NOW, TERMS).next_attempt_at == NOW
    assert after(a_delivery(failures=1), not_taken, NOW, TERMS).next_attempt_at == NOW + timedelta(minutes=5)


def test_a_rejection_on_the_last_channel_is_undeliverable_with_the_reason() -> None:
    change = after(a_delivery("print"), Rejected("no such street", "print"), NOW, TERMS)
    assert (change.state, change.reason) == ("undeliverable", "no such street")


def test_the_next_channel_starts_with_no_failures_and_its_own_promise() -> None:
    change = after(a_delivery(failures=1), Rejected("550", "rcpt"), NOW, TERMS)
    assert (change.channel, change.failures, change.promised_at) == ("print", 0, NOW + timedelta(days=3))


def test_a_deferred_letter_waits_for_the_print_shop_again() -> None:
    assert after(a_delivery("print"), Deferred("paper jam", "print"), NOW, TERMS).state == "in_print"


def test_the_first_channel_decides_the_first_state() -> None:
    assert start_on(Route(("email",), ()), NOW, TERMS).state == "ready"
    assert start_on(Route(("print", "email"), ()), NOW, TERMS).state == "in_print"


def test_without_a_usable_channel_it_is_undeliverable_from_the_start() -> None:
    change = start_on(Route((), ("email: closed", "print: closed")), NOW, TERMS)
    assert (change.state, change.channel, change.reason) == ("undeliverable", None, "email: closed; print: closed")


def test_three_pages_are_two_sheets_when_printed_on_both_sides() -> None:
    assert (sheets_of(3, duplex=True), sheets_of(3, duplex=False)) == (2, 3)
