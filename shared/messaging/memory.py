"""The in-process bus: same promise as RabbitMQ's, without the broker.

A publish returns when every listener has acknowledged. What is published but not acknowledged when the process dies is
still unpublished in its outbox, so the next start delivers it again.
"""

import asyncio
from collections import defaultdict, deque

from shared.messaging.bus import Listener, NotTaken, Outgoing


class _Delivery:
    """One message on its way to one listener."""

    def __init__(self, message: Outgoing, mailbox: "_Mailbox") -> None:
        self.body = message.body
        self.settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._mailbox = mailbox

    async def acknowledge(self) -> None:
        if not self.settled.done():
            self.settled.set_result(None)
        self._mailbox.settled(self)

    async def acknowledge_through(self) -> None:
        for delivery in self._mailbox.given_through(self):
            await delivery.acknowledge()

    async def give_back(self) -> None:
        if not self.settled.done():
            self._mailbox.take_back(self)

    def refuse(self, reason: str) -> None:
        """Tell the publisher that this listener has not taken it."""
        if not self.settled.done():
            self.settled.set_exception(NotTaken(reason))
            # A publisher that was cancelled meanwhile no longer asks.
            self.settled.exception()


class _Mailbox:
    """What lies ready for one listener, and what it has in hand: never more than its prefetch."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._ready: deque[_Delivery] = deque()
        self._in_hand: dict[_Delivery, None] = {}
        self._open = True

    def put(self, delivery: _Delivery) -> None:
        self._ready.append(delivery)
        self._hand_over()

    def settled(self, delivery: _Delivery) -> None:
        self._in_hand.pop(delivery, None)
        self._hand_over()

    def given_through(self, last: _Delivery) -> list[_Delivery]:
        """What is in hand up to this delivery, in the order it was handed over."""
        given = list(self._in_hand)
        return given[: given.index(last) + 1] if last in self._in_hand else []

    def take_back(self, delivery: _Delivery) -> None:
        self._in_hand.pop(delivery, None)
        self._ready.append(delivery)
        if self._open:
            self._hand_over()
        else:
            self.stop()

    def stop(self) -> None:
        """Hand over nothing more; what is in hand may still be settled."""
        self._open = False
        while self._ready:
            self._ready.popleft().refuse("the listener has stopped")

    def close(self) -> None:
        self.stop()
        for delivery in self._in_hand:
            delivery.refuse("the bus was closed")

    def _hand_over(self) -> None:
        while self._ready and len(self._in_hand) < self._listener.prefetch:
            delivery = self._ready.popleft()
            self._in_hand[delivery] = None
            self._listener.receive(delivery)


class MemoryBus:
    def __init__(self) -> None:
        self._mailboxes: dict[str, list[_Mailbox]] = defaultdict(list)
        self._open = True

    async def listen(self, listeners: list[Listener]) -> None:
        for listener in listeners:
            self._mailboxes[listener.type].append(_Mailbox(listener))

    async def publish(self, message: Outgoing) -> None:
        if not self._open:
            raise NotTaken("the bus is closing")
        deliveries = [(mailbox, _Delivery(message, mailbox)) for mailbox in self._mailboxes.get(message.type, ())]
        for mailbox, delivery in deliveries:
            mailbox.put(delivery)
        for _, delivery in deliveries:
            await delivery.settled

    async def after_failed_publish(self) -> None:
        """Nothing is held between publishes."""

    async def stop_listening(self) -> None:
        self._open = False
        for mailbox in self._all():
            mailbox.stop()

    def attached(self) -> bool:
        return self._open

    async def close(self) -> None:
        """Whoever still waits for a listener learns that the message was not taken."""
        self._open = False
        for mailbox in self._all():
            mailbox.close()

    def _all(self) -> list[_Mailbox]:
        return [mailbox for mailboxes in self._mailboxes.values() for mailbox in mailboxes]
