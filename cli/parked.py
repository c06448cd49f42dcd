"""`parked …`: one place to look for what could not be handled or published, over all services."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cli.console import console, show
from cli.databases import opened
from services.system import NAMES, load
from shared.db.audit import Author, Change
from shared.db.database import Cause, Database, UnitOfWork
from shared.db.sql import fetch
from shared.messaging import outbox, parked
from shared.settings import CommonSettings

REASON_SHOWN = 100
"""Characters of the reason that a list shows."""


async def list_parked(settings: CommonSettings) -> bool:
    """Print what is parked, oldest first within each service, and what else waits for a person."""
    count = waiting = 0
    for name in NAMES:
        async with opened(name, settings, "parked") as database:
            messages: list[parked.ParkedMessage] = await database.read(parked.parked)
            count += len(messages)
            for message in messages:
                received = f"{message.message_id}  {message.consumer}  {message.received_at:%Y-%m-%d %H:%M}"
                show(f"{received}  {message.reason[:REASON_SHOWN]}")
            count += await _list_stuck(database)
            waiting += await _list_attention(load(name).attention, database)
    console.print(f"{count} parked" if not waiting else f"{count} parked, {waiting} waiting for a person")
    return True


async def _list_attention(attention: Mapping[str, str], database: Database) -> int:
    count = 0
    for kind, listing in attention.items():
        rows = await _rows(database, listing)
        count += len(rows)
        for row in rows:
            show(f"{row.id}  {kind}  {row.since:%Y-%m-%d %H:%M}  {row.reason[:REASON_SHOWN]}")
    return count


async def _rows(database: Database, listing: str) -> Sequence[Any]:
    statement, now = sa.text(listing), database.clock.now()
    rows: Sequence[Any] = await database.read(lambda session: fetch(session, statement, now=now))
    return rows


async def _list_stuck(database: Database) -> int:
    events: list[outbox.StuckEvent] = await database.read(outbox.stuck)
    for event in events:
        emitted = f"{event.event_id}  not published: {event.type}  {event.created_at:%Y-%m-%d %H:%M}"
        show(f"{emitted}  {event.reason[:REASON_SHOWN]}")
    return len(events)


async def show_parked(settings: CommonSettings, message_id: UUID) -> bool:
    """Print a parked message in full; False when no service has it."""
    count = 0
    async for database in _databases(settings):
        messages: list[parked.ParkedMessage] = await database.read(
            lambda session: parked.parked_message(session, message_id)
        )
        count += len(messages)
        for message in messages:
            _print_message(message)
        count += await _show_stuck(database, message_id)
    if count == 0:
        console.print(f"no parked message {message_id}")
    return count > 0


async def _show_stuck(database: Database, event_id: UUID) -> int:
    events: list[outbox.StuckEvent] = await database.read(lambda session: outbox.stuck(session, event_id))
    for event in events:
        show(f"{event.type}\n  failures  {event.failures}\n  reason    {event.reason}\n")
        show(event.body)
    return len(events)


def _print_message(message: parked.ParkedMessage) -> None:
    show(f"{message.consumer}\n  attempts  {message.attempts}\n  reason    {message.reason}\n")
    show(message.body)


async def replay_parked(settings: CommonSettings, message_id: UUID | None) -> bool:
    """Give one message, or all when None, a new set of attempts; False when there was none."""
    replayed = 0
    async for database in _databases(settings):
        async with database.unit(_cause("replay")) as work:
            count = await parked.replay(work.session, work.clock.now(), message_id)
            count += await outbox.publish_again(work.session, message_id)
            _record(work, message_id, count, {"replayed": count})
        replayed += count
    console.print(f"{replayed} will be tried again")
    return replayed > 0


async def discard_parked(settings: CommonSettings, message_id: UUID, reason: str) -> bool:
    """Give up on a message for good; False when no service has it."""
    discarded = 0
    async for database in _databases(settings):
        async with database.unit(_cause("discard")) as work:
            count = await parked.discard(work.session, message_id, reason)
            _record(work, message_id, count, {"discarded": count, "reason": reason})
        discarded += count
    console.print(f"{discarded} discarded")
    return discarded > 0


def _cause(command: str) -> Cause:
    return Cause(command, author=Author("command-line", f"parked {command}"))


def _record(work: UnitOfWork, message_id: UUID | None, count: int, what: dict[str, Any]) -> None:
    """Record it in the audit of the service; without an id for all its messages together."""
    if count:
        work.changed(Change("parked-messages", message_id, after=what))


async def _databases(settings: CommonSettings) -> AsyncIterator[Database]:
    """The database of each service in turn, open while it is used."""
    for name in NAMES:
        async with opened(name, settings, "parked") as database:
            yield database
