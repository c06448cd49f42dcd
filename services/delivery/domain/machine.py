"""The state machine of a delivery: an attempt's outcome decides the next state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.delivery.domain.channels import ChannelRule, Channels
from services.delivery.domain.delivery import Delivery, State
from services.delivery.domain.outcome import Accepted, Deferred, NotTaken, Outcome, Rejected, Released, Unknown
from services.delivery.domain.routing import Route
from shared.values import Channel


@dataclass(frozen=True)
class Terms:
    """The rules that deliveries go by in this installation."""

    channels: Channels
    duplex: bool = False
    """Letters are printed on both sides."""


@dataclass(frozen=True)
class Change:
    """The state to be in. `reason` explains it to the people who look at the list."""

    state: State
    channel: Channel | None
    failures: int
    promised_at: datetime
    next_attempt_at: datetime | None = None
    handed_over_at: datetime | None = None
    receipt: str | None = None
    reason: str | None = None


def start_on(route: Route, now: datetime, terms: Terms) -> Change:
    """The first state of a delivery: waiting for its first usable channel, or undeliverable without one."""
    reason = "; ".join(route.obstacles) or None
    if not route.channels:
        return Change("undeliverable", None, 0, now, reason=reason)
    return replace(_queued(route.channels[0], now, terms), reason=reason)


def after(delivery: Delivery, outcome: Outcome, now: datetime, terms: Terms) -> Change:
    """The next state of a delivery that is on a channel."""
    rule = _present_rule(delivery, terms)
    match outcome:
        case Accepted(receipt):
            return replace(_unchanged(delivery, "handed_over"), handed_over_at=now, receipt=receipt)
        case Unknown(reason):
            return replace(_unchanged(delivery, "uncertain"), reason=reason)
        case Released(reason):
            return replace(_unchanged(delivery, rule.first_state), next_attempt_at=now, reason=reason)
        case NotTaken(reason) if delivery.failures == 0:
            return _again(delivery, rule, reason, now)
        case Deferred(reason) | NotTaken(reason) if delivery.failures < len(rule.backoff):
            return _again(delivery, rule, reason, now + rule.backoff[delivery.failures])
        case Deferred(reason) | NotTaken(reason) | Rejected(reason):
            return _next_channel(delivery, reason, now, terms)


def _present_rule(delivery: Delivery, terms: Terms) -> ChannelRule:
    assert delivery.channel is not None
    return terms.channels[delivery.channel]


def _unchanged(delivery: Delivery, state: State) -> Change:
    return Change(state, delivery.channel, delivery.failures, delivery.promised_at)


def _again(delivery: Delivery, rule: ChannelRule, reason: str, moment: datetime) -> Change:
    failures = delivery.failures + 1
    return Change(rule.first_state, delivery.channel, failures, delivery.promised_at, moment, reason=reason)


def _next_channel(delivery: Delivery, reason: str, now: datetime, terms: Terms) -> Change:
    remaining = _channels_after(delivery.channels, delivery.channel)
    if not remaining:
        return replace(_unchanged(delivery, "undeliverable"), reason=reason)
    return replace(_queued(remaining[0], now, terms), reason=reason)


def _queued(channel: Channel, now: datetime, terms: Terms) -> Change:
    rule = terms.channels[channel]
    return Change(rule.first_state, channel, 0, now + rule.promise, now)


def _channels_after(channels: Sequence[Channel], channel: Channel | None) -> tuple[Channel, ...]:
    return tuple(channels[channels.index(channel) + 1 :]) if channel in channels else ()
