"""Settle attempts: record the outcomes, move the deliveries on and emit the events, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.delivery.domain.delivery import Delivery, State
from services.delivery.domain.machine import Terms, after
from services.delivery.domain.outcome import Outcome, Recorded
from services.delivery.store import attempts, deliveries
from services.delivery.store.attempts import Attempt
from services.delivery.usecases.deliveries.follow_up import follow_up
from shared.db.database import UnitOfWork

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Result:
    """The outcome of an attempt at a delivery. Print jobs count their claims themselves, in `claim_no`."""

    delivery: Delivery
    outcome: Outcome
    claim_no: int | None = None


async def settle(work: UnitOfWork, results: Sequence[Result], terms: Terms, states: Sequence[State]) -> int:
    """How many deliveries moved on.

    A result changes nothing, and is recorded as late, when its attempt is no longer the newest or the delivery is in
    none of `states`.
    """
    now = work.clock.now()
    pairs = [(result.delivery, after(result.delivery, result.outcome, now, terms)) for result in results]
    moved = await deliveries.apply(work.session, pairs, states)
    await attempts.record(
        work.session, [_attempt(work, result, late=result.delivery.delivery_id not in moved) for result in results]
    )
    await follow_up(work, [(delivery, change) for delivery, change in pairs if delivery.delivery_id in moved], terms)
    return len(moved)


def _attempt(work: UnitOfWork, result: Result, *, late: bool) -> Attempt:
    delivery, outcome = result.delivery, result.outcome
    assert delivery.channel is not None
    recorded: Recorded = outcome.recorded
    text = outcome.reason
    if late:
        _log.warning("late_result", delivery_id=str(delivery.delivery_id), attempt=delivery.attempt, outcome=recorded)
        recorded, text = "late", f"{recorded}: {text}"
    return Attempt(
        client_id=delivery.client_id,
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempt if result.claim_no is None else result.claim_no,
        channel=delivery.channel,
        outcome=recorded,
        phase=outcome.phase,
        text=text,
        at=work.clock.now(),
    )
