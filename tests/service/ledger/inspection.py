"""Helpers that send events to the ledger and read its books, as text and as open items."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from services.ledger.invariants import RECORDS
from services.ledger.usecases.ledger_as_text import ledger_as_text
from shared.contracts.envelope import Envelope, Event
from shared.db.database import Cause
from shared.messaging.bus import Outgoing
from tests.support.examples_documents import CLIENT_ID
from tests.support.service import ServiceUnderTest


async def books(ledger: ServiceUnderTest, client_id: UUID = CLIENT_ID) -> str:
    async with ledger.runtime.database.unit(Cause("test"), client_id) as work:
        return await ledger_as_text(work, client_id)


async def open_items(ledger: ServiceUnderTest, client_id: UUID = CLIENT_ID) -> list[tuple[object, ...]]:
    """(number, original, remaining) of every item, by number; the first two are None until the document is posted."""
    rows = await ledger.rows(
        "select number, original_ore, remaining_ore from open_item where client_id = :client_id "
        "order by number nulls last, document_id",
        client_id=client_id,
    )
    return [(row["number"], row["original_ore"], row["remaining_ore"]) for row in rows]


async def records(ledger: ServiceUnderTest, name: str) -> dict[str, str]:
    return {row["key"]: row["value"] for row in await ledger.rows(RECORDS[name])}


async def parked(ledger: ServiceUnderTest) -> list[str]:
    return [row["reason"] for row in await ledger.rows("select reason from inbox where state = 'parked' order by seq")]


async def receive_together(ledger: ServiceUnderTest, events: Sequence[Event]) -> None:
    """Publish all at once, so that they arrive in batches and in several consumers at the same time."""
    await publish_together(ledger, [ledger.envelope(event) for event in events])


async def publish_together(ledger: ServiceUnderTest, envelopes: Sequence[Envelope]) -> None:
    messages = [Outgoing(envelope.id, envelope.type, envelope.model_dump_json().encode()) for envelope in envelopes]
    await asyncio.gather(*(ledger.bus.publish(message) for message in messages))
