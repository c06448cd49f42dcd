"""Exchanges and queues on the broker. The arguments of a queue cannot change after the first release; policies can.

Everything here works on RabbitMQ 3.10 and 4.x.
"""

from dataclasses import dataclass, field

EVENTS = "faktura.events"
DEAD_LETTERS = "faktura.dead-letters"
UNROUTED = "faktura.unrouted"
DEAD_LETTERS_OF_SERVICE = "dead-letters"

UNROUTED_MAX_LENGTH = 100_000
DELIVERY_LIMIT = 20
"""A message returned this often has probably ended the process each time."""

DROPPED_SUBSCRIPTIONS: tuple[tuple[str, str], ...] = ()
"""(service, event type) of subscriptions that a release had and a later one has not. Their queues stay on the broker
and would fill for ever, so each start unbinds them. What they hold stays, until an operator deletes the queue."""


@dataclass(frozen=True)
class ExchangeSpec:
    name: str
    type: str
    arguments: dict[str, object] = field(default_factory=dict)


EXCHANGES = (
    ExchangeSpec(UNROUTED, "fanout"),
    ExchangeSpec(DEAD_LETTERS, "direct"),
    ExchangeSpec(EVENTS, "topic", {"alternate-exchange": UNROUTED}),
)


@dataclass(frozen=True)
class QueueSpec:
    name: str
    exchange: str
    routing_key: str
    arguments: dict[str, object] = field(default_factory=dict)


def consumer_name(service: str, event_type: str) -> str:
    """`ledger.delivery.document-dispatched.v1`: the name of the queue, and of the consumer in the inbox."""
    return f"{service}.{event_type}"


def event_type(consumer: str) -> str:
    """The type of the events that a consumer takes: `delivery.document-dispatched.v1`."""
    return consumer.partition(".")[2]


def subscription_queue(service: str, event_type: str) -> QueueSpec:
    """A quorum queue per service and event type. Dead-lettering at least once requires `reject-publish`."""
    return QueueSpec(
        name=consumer_name(service, event_type),
        exchange=EVENTS,
        routing_key=event_type,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD_LETTERS,
            "x-dead-letter-routing-key": service,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def dropped_queues() -> list[QueueSpec]:
    """The queues that nobody consumes any more."""
    return [subscription_queue(service, event_type) for service, event_type in DROPPED_SUBSCRIPTIONS]


def dead_letter_queue(service: str) -> QueueSpec:
    """Messages that came back too often from a queue of this service."""
    return QueueSpec(f"{service}.{DEAD_LETTERS_OF_SERVICE}", DEAD_LETTERS, service, {"x-queue-type": "quorum"})


def unrouted_queue() -> QueueSpec:
    """Events without a subscriber are normal; the newest are kept for inspection."""
    arguments: dict[str, object] = {
        "x-queue-type": "quorum",
        "x-max-length": UNROUTED_MAX_LENGTH,
        "x-overflow": "drop-head",
    }
    return QueueSpec(UNROUTED, UNROUTED, "", arguments)
