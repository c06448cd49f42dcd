"""What stands on the broker. Arguments of a queue can never be changed after the first release; policies can.

Everything here works on RabbitMQ 3.10 and 4.x alike.
"""

from dataclasses import dataclass, field

EVENTS = "faktura.events"
DEAD = "faktura.dead"
UNHEARD = "faktura.unheard"

UNHEARD_KEPT = 100_000
DELIVERY_LIMIT = 20
"""A message that was returned this often has probably killed the process each time."""


@dataclass(frozen=True)
class QueueSpec:
    name: str
    exchange: str
    routing_key: str
    arguments: dict[str, object] = field(default_factory=dict)


def consumer_name(service: str, event_type: str) -> str:
    """`ledger.delivery.document-dispatched.v1`: the queue, and the consumer in the inbox."""
    return f"{service}.{event_type}"


def subscription_queue(service: str, event_type: str) -> QueueSpec:
    """A quorum queue per listener and fact; dead letters leave it at least once, which needs reject-publish."""
    return QueueSpec(
        name=consumer_name(service, event_type),
        exchange=EVENTS,
        routing_key=event_type,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD,
            "x-dead-letter-routing-key": service,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def dead_queue(service: str) -> QueueSpec:
    return QueueSpec(f"{service}.dead", DEAD, service, {"x-queue-type": "quorum"})


def unheard_queue() -> QueueSpec:
    """Facts that nobody listens to are normal; they are kept for a look, the oldest dropped first."""
    return QueueSpec(
        UNHEARD, UNHEARD, "", {"x-queue-type": "quorum", "x-max-length": UNHEARD_KEPT, "x-overflow": "drop-head"}
    )
