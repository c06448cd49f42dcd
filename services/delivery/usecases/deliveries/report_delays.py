"""Report, once per delivery, that it was not handed over within the promised time. Delivery goes on trying."""

from services.delivery import events
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.machine import Terms
from services.delivery.store import deliveries
from shared.db.database import Cause, UnitOfWork

LIMIT = 500
_UNDER_WAY = {"sending": "is being sent", "uncertain": "was sent, but whether it was taken is not known"}


async def report_delays(work: UnitOfWork, terms: Terms) -> int:
    """How many delays were reported; at most `LIMIT` at a time."""
    delayed = await deliveries.mark_delayed(work.session, work.clock.now(), LIMIT)
    for delivery, last_reason in delayed:
        reasons = [_waiting(delivery, terms), last_reason]
        event = events.delayed(delivery, ": ".join(reason for reason in reasons if reason))
        work.emit(event, Cause(delivery.correlation_id, delivery.causation_id))
    return len(delayed)


def _waiting(delivery: Delivery, terms: Terms) -> str:
    assert delivery.channel is not None
    return _UNDER_WAY.get(delivery.state) or terms.channels[delivery.channel].waiting
