"""The state machine of a delivery: from what came of an attempt to the state it is in afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.delivery.domain.delivery import Delivery, State
from services.delivery.domain.outcome import Accepted, Deferred, NotSeen, Outcome, Refused, Released, Unknown
from shared.values import Channel


@dataclass(frozen=True)
class Terms:
    """What the bureau promises and how patient it is."""

    email_promise: timedelta
    print_promise: timedelta
    backoff: tuple[timedelta, ...]
    """Pauses before the second, third, … attempt; when it is used up the channel counts as refused."""
    duplex: bool = False
    """Letters are printed on both sides."""

    def promise(self, channel: Channel) -> timedelta:
        return self.email_promise if channel == "email" else self.print_promise


@dataclass(frozen=True)
class Change:
    """The state to be in. `reason` says why in words, for the people who look at the list."""

    state: State
    channel: Channel | None
    failures: int
    promised_at: datetime
    next_attempt_at: datetime | None = None
    handed_over_at: datetime | None = None
    receipt: str | None = None
    reason: str | None = None


def start_on(channels: Sequence[Channel], now: datetime, terms: Terms) -> Change:
    """The first state of a delivery with at least one usable channel."""
    return _queued(channels[0], now, now + terms.promise(channels[0]))


def after(delivery: Delivery, outcome: Outcome, now: datetime, terms: Terms) -> Change:
    """What an attempt's outcome makes of the delivery."""
    match outcome:
        case Accepted(receipt):
            return replace(_as_it_is(delivery, "handed_over"), handed_over_at=now, receipt=receipt)
        case Unknown(reason):
            return replace(_as_it_is(delivery, "uncertain"), reason=reason)
        case Released(reason):
            return replace(_as_it_is(delivery, "ready"), next_attempt_at=now, reason=reason)
        case NotSeen(reason) if delivery.failures == 0:
            return _later(delivery, reason, now)
        case Deferred(reason) | NotSeen(reason) if delivery.failures < len(terms.backoff):
            return _later(delivery, reason, now + terms.backoff[delivery.failures])
        case Deferred(reason) | NotSeen(reason) | Refused(reason):
            return _next_channel(delivery, reason, now, terms)


def _as_it_is(delivery: Delivery, state: State) -> Change:
    return Change(state, delivery.channel, delivery.failures, delivery.promised_at)


def _later(delivery: Delivery, reason: str, moment: datetime) -> Change:
    again: State = "ready" if delivery.channel == "email" else "in_print"
    return Change(again, delivery.channel, delivery.failures + 1, delivery.promised_at, moment, reason=reason)


def _next_channel(delivery: Delivery, reason: str, now: datetime, terms: Terms) -> Change:
    left = _after_channel(delivery.channels, delivery.channel)
    if not left:
        return Change("undeliverable", delivery.channel, delivery.failures, delivery.promised_at, reason=reason)
    return replace(_queued(left[0], now, now + terms.promise(left[0])), reason=reason)


def _queued(channel: Channel, now: datetime, promised_at: datetime) -> Change:
    return Change("ready" if channel == "email" else "in_print", channel, 0, promised_at, now)


def _after_channel(channels: Sequence[Channel], channel: Channel | None) -> tuple[Channel, ...]:
    return tuple(channels[channels.index(channel) + 1 :]) if channel in channels else ()
