"""Follow up on new states: queue letters for the print shop, and emit what others wait for."""

from collections.abc import Sequence

from services.delivery import events
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.machine import Change, Terms
from services.delivery.usecases.print_jobs.queue_letters import queue_letters
from shared.db.database import Cause, UnitOfWork


async def follow_up(work: UnitOfWork, pairs: Sequence[tuple[Delivery, Change]], terms: Terms) -> None:
    """Takes each delivery as it was before, with its change."""
    await queue_letters(work, pairs, terms)
    for delivery, change in pairs:
        cause = Cause(delivery.correlation_id, delivery.causation_id)
        match change.state:
            case "handed_over":
                work.emit(events.dispatched(delivery, change), cause)
            case "undeliverable":
                work.emit(events.undeliverable(delivery, change), cause)
            case _:
                pass
