"""A caller sees its own writes, whichever service it calls next.

Every answer to a call that changed something names the events that tell the other services of it, in `Faktura-Seen`.
Sent back with a later call, to whichever service, the header makes that service answer only when it has taken in those
of the events that it subscribes to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self, TypeVar
from uuid import UUID

from fastapi import Request

from shared.http.problems import Problem
from shared.ids import first_id_at
from shared.messaging import inbox
from shared.messaging.topology import consumer_name
from shared.problems import NotYetKnown, Refusal
from shared.runtime import Runtime

HEADER = "Faktura-Seen"
MAX_EVENTS = 100
REMEMBERED = timedelta(hours=1)
"""An older event is not waited for: it was taken in, or waits for a person."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.25
BAD_HEADER = Refusal(
    400,
    "seen-header-invalid",
    "«Faktura-Seen» må være som i et svar herfra, med høyst {most} hendelser.",
    "`Faktura-Seen` must be as in an answer from here, with at most {most} events.",
)
_NOTED = "faktura.seen"
R = TypeVar("R")


class EventsNotYetSeen(NotYetKnown):
    """Events that the caller has named have not been taken in here."""


@dataclass(frozen=True)
class SeenEvent:
    """`customers.customer-changed.v1/0198c0de-…`"""

    type: str
    event_id: UUID

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        event_type, _, event_id = text.strip().partition("/")
        return cls(event_type, UUID(event_id))

    def __str__(self) -> str:
        return f"{self.type}/{self.event_id}"


def header_of(emitted: Mapping[str, Iterable[UUID]]) -> dict[str, str]:
    """The header that names these events, by type; none when there are none."""
    return _header(_events(emitted))


def note(request: Request, emitted: Mapping[str, Iterable[UUID]]) -> None:
    """Add what the call has emitted to the header of its answer."""
    request.scope.setdefault(_NOTED, []).extend(_events(emitted))


def noted(request: Request) -> dict[str, str]:
    """The header of the answer to this request."""
    return _header(request.scope.get(_NOTED, []))


def _events(emitted: Mapping[str, Iterable[UUID]]) -> list[SeenEvent]:
    return [SeenEvent(event_type, event_id) for event_type, ids in emitted.items() for event_id in ids]


def _header(events: Sequence[SeenEvent]) -> dict[str, str]:
    return {HEADER: ", ".join(map(str, events))} if events else {}


async def until_known(attempt: Callable[[], Awaitable[R]], wait_s: float) -> R:
    """The result of an attempt that is repeated for so long while it raises NotYetKnown."""
    now = asyncio.get_running_loop().time
    deadline, pause_s = now() + wait_s, FIRST_PAUSE_S
    while True:
        try:
            return await attempt()
        except NotYetKnown:
            if now() + pause_s > deadline:
                raise
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def until_seen(request: Request, runtime: Runtime[Any]) -> None:
    """Wait until this service has taken in the events that the request names.

    Raises EventsNotYetSeen, and a Problem with status 400 for a header that no service has made.
    """
    named = request.headers.getlist(HEADER)
    if not named:
        return
    messages = _to_take_in(_parsed(named), runtime)

    async def check() -> None:
        missing: int = await runtime.database.read(lambda session: inbox.count_missing(session, messages))
        if missing:
            raise EventsNotYetSeen

    if messages:
        await until_known(check, runtime.settings.own_writes_wait_s)


def _parsed(named: Sequence[str]) -> list[SeenEvent]:
    texts = [text for line in named for text in line.split(",") if text.strip()]
    try:
        if len(texts) <= MAX_EVENTS:
            return [SeenEvent.parse(text) for text in texts]
    except ValueError:
        pass
    raise Problem(BAD_HEADER, most=MAX_EVENTS)


def _to_take_in(events: Iterable[SeenEvent], runtime: Runtime[Any]) -> list[tuple[str, UUID]]:
    """Consumer and message id of those that this service takes in at all."""
    oldest = first_id_at(runtime.clock.now() - REMEMBERED)
    types = {subscription.event.TYPE for subscription in runtime.service.subscriptions}
    return [
        (consumer_name(runtime.name, event.type), event.event_id)
        for event in events
        if event.type in types and event.event_id >= oldest
    ]
