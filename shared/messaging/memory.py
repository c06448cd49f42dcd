"""The in-process bus: the same promises as RabbitMQ's, without a broker.

`publish` returns when every listener has acknowledged. A message that is not acknowledged when the process ends still
counts as unpublished in its outbox, so it is delivered again after the next start.
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

    def check_origin(self, _event_type: str) -> None:
        """There are no users: only this process can publish."""

    async def acknowledge(self) -> None:
        if not self.settled.done():
            self.settled.set_result(None)
        self._mailbox.settled(self)

    async def acknowledge_through(self) -> None:
        for delivery in self._mailbox.delivered_through(self):
            await delivery.acknowledge()

    async def give_back(self) -> None:
        if not self.settled.done():
            self._mailbox.take_back(self)

    def refuse(self, reason: str) -> None:
        """Make the publish fail: this listener has not taken the message."""
        if not self.settled.done():
            self.settled.set_exception(NotTaken(reason))
            # Mark the exception as retrieved: a cancelled publisher no longer awaits it.
            self.settled.exception()


class _Mailbox:
    """Deliveries ready for one listener, and those it has not settled yet: never more than its prefetch."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._ready: deque[_Delivery] = deque()
        self._unsettled: dict[_Delivery, None] = {}
        self._open = True

    def put(self, delivery: _Delivery) -> None:
        self._ready.append(delivery)
        self._deliver()

    def settled(self, delivery: _Delivery) -> None:
        self._unsettled.pop(delivery, None)
        self._deliver()

    def delivered_through(self, last: _Delivery) -> list[_Delivery]:
        """Unsettled deliveries up to and including this one, in the order they were made."""
        delivered = list(self._unsettled)
        return delivered[: delivered.index(last) + 1] if last in self._unsettled else []

    def take_back(self, delivery: _Delivery) -> None:
        self._unsettled.pop(delivery, None)
        self._ready.append(delivery)
        if self._open:
            self._deliver()
        else:
            self.stop()

    def stop(self) -> None:
        """Deliver nothing more; unsettled deliveries may still be settled."""
        self._open = False
        while self._ready:
            self._ready.popleft().refuse("the listener has stopped")

    def close(self) -> None:
        self.stop()
        for delivery in self._unsettled:
            delivery.refuse("the bus was closed")

    def _deliver(self) -> None:
        while self._ready and len(self._unsettled) < self._listener.prefetch:
            delivery = self._ready.popleft()
            self._unsettled[delivery] = None
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
        """Nothing to do: there is no connection."""

    async def stop_listening(self) -> None:
        self._open = False
        for mailbox in self._all():
            mailbox.stop()

    def attached(self) -> bool:
        return self._open

    async def close(self) -> None:
        """Publishers that still wait for a listener get NotTaken."""
        self._open = False
        for mailbox in self._all():
            mailbox.close()

    def _all(self) -> list[_Mailbox]:
        return [mailbox for mailboxes in self._mailboxes.values() for mailbox in mailboxes]
