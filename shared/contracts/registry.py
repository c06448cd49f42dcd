"""Every event class by its type."""

from types import ModuleType

from shared.contracts import customers, delivery, documents, ledger, payments, rendering
from shared.contracts.envelope import Envelope, Event

OWNERS: tuple[ModuleType, ...] = (customers, documents, rendering, delivery, ledger, payments)


class UnknownEvent(LookupError):
    """The envelope names a type or version that this code does not know."""


def _events(module: ModuleType) -> list[type[Event]]:
    classes = [item for item in vars(module).values() if isinstance(item, type) and issubclass(item, Event)]
    return [event for event in classes if event.__module__ == module.__name__]


EVENTS_BY_TYPE: dict[str, type[Event]] = {event.TYPE: event for module in OWNERS for event in _events(module)}


def open_envelope(envelope: Envelope) -> Event:
    """The event inside. Raises UnknownEvent, or pydantic's ValidationError when the content does not fit the type."""
    event = EVENTS_BY_TYPE.get(envelope.type)
    if event is None:
        raise UnknownEvent(envelope.type)
    return event.model_validate(envelope.data)
