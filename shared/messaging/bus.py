"""The interface of a bus; `memory.py` and `rabbit.py` implement it.

Both deliver at least once: `publish` returns when the bus has accepted the message for every listener, and a message
that is not acknowledged is delivered again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class NotTaken(Exception):
    """The bus is away, or was left: whether it took the message is unknown. Publish it again later."""


class Unanswered(NotTaken):
    """The bus was given the message and never answered, or broke off: perhaps because of this very message."""


class Rejected(Exception):
    """The bus is well but did not accept this message: a queue is full or refuses it, or it was returned."""


@dataclass(frozen=True)
class Outgoing:
    message_id: UUID
    type: str
    body: bytes


class Incoming(Protocol):
    """A delivery; acknowledge it or give it back, once."""

    @property
    def body(self) -> bytes: ...

    def check_origin(self, event_type: str) -> None:
        """Raise ForgedEvent unless the owner of this type of event published the message."""
        ...

    async def acknowledge(self) -> None: ...

    async def acknowledge_through(self) -> None:
        """Acknowledge this delivery and all earlier ones of its listener."""
        ...

    async def give_back(self) -> None:
        """Have the bus deliver it again, here or elsewhere."""
        ...


@dataclass(frozen=True)
class Listener:
    """One consumer of one event type. `consumer` is the name of its queue, and its name in the inbox."""

    consumer: str
    type: str
    prefetch: int
    receive: Callable[[Incoming], None]


class Bus(Protocol):
    async def publish(self, message: Outgoing) -> None:
        """Return when the bus has accepted the message. Raises NotTaken, or Unanswered, or Rejected (it refused)."""
        ...

    async def after_failed_publish(self) -> None:
        """Get ready to publish the same messages again."""
        ...

    async def listen(self, listeners: list[Listener]) -> None: ...

    async def stop_listening(self) -> None:
        """No more deliveries; those already made may still be settled."""
        ...

    def attached(self) -> bool:
        """Whether every listener is connected, for the readiness check."""
        ...

    async def close(self) -> None: ...
