"""The bus as the rest of the house sees it; `memory.py` and `rabbit.py` are the two that keep this promise.

Both deliver at least once: `publish` returns when the bus has taken the message over for every listener, and a message
that is not acknowledged comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class NotTaken(Exception):
    """The bus did not confirm the message; publish it again later."""


@dataclass(frozen=True)
class Outgoing:
    message_id: UUID
    type: str
    body: bytes


class Incoming(Protocol):
    """A delivery that must be settled exactly once."""

    @property
    def body(self) -> bytes: ...

    async def acknowledge(self) -> None: ...

    async def acknowledge_through(self) -> None:
        """Acknowledge this one and all that the listener was given before it."""
        ...

    async def give_back(self) -> None:
        """Let the bus deliver it again, here or elsewhere."""
        ...


@dataclass(frozen=True)
class Listener:
    """One consumer of one fact. The consumer's name is its queue's name and its name in the inbox."""

    consumer: str
    type: str
    prefetch: int
    receive: Callable[[Incoming], None]


class Bus(Protocol):
    async def publish(self, message: Outgoing) -> None:
        """Return when taken over; raise NotTaken when that is not certain."""
        ...

    async def after_failed_publish(self) -> None:
        """Get ready to publish the same messages again."""
        ...

    async def listen(self, listeners: list[Listener]) -> None: ...

    async def stop_listening(self) -> None:
        """No new deliveries; those in flight may still be settled."""
        ...

    def attached(self) -> bool:
        """Whether every listener is really attached, for readiness: a living process proves nothing."""
        ...

    async def close(self) -> None: ...
