"""Tell, once per delivery, that it was not handed over within the promised time. It goes on being tried."""

from services.delivery.store import deliveries
from shared.contracts.delivery import DocumentDelayed
from shared.db.database import Cause, UnitOfWork

AT_ONCE = 500
_WAITS = {
    "ready": "waits for another attempt",
    "sending": "is being sent",
    "uncertain": "was sent, but whether it was taken is not known",
    "in_print": "waits for the print shop",
}


async def tell_delays(work: UnitOfWork) -> int:
    late = await deliveries.take_delayed(work.session, work.clock.now(), AT_ONCE)
    for delivery, reason in late:
        why = _WAITS.get(delivery.state, delivery.state)
        event = DocumentDelayed(
            client_id=delivery.client_id, document=delivery.document, reason=f"{why}: {reason}" if reason else why
        )
        work.emit(event, Cause(delivery.correlation_id, delivery.causation_id))
    return len(late)
