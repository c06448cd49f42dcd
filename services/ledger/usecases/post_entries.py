"""Post entries: each once, numbered without gaps and chained per client, with its open item changed accordingly."""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.domain.chain import Head, append
from services.ledger.domain.entry import Entry, UnpostedEntry
from services.ledger.domain.open_item import item_changes
from services.ledger.events import posted
from services.ledger.store import books
from services.ledger.usecases.open_books import open_books
from shared.batches import first_by_key
from shared.db.database import Cause, UnitOfWork
from shared.ids import new_id


async def post_entries(work: UnitOfWork, caused_entries: Sequence[tuple[UnpostedEntry, Cause]]) -> None:
    """Post what is not posted yet, and emit an event for each entry with the cause given beside it.

    The clients' books stay locked until commit. An entry that does not balance makes the commit fail.
    """
    unposted = first_by_key(caused_entries, lambda caused: caused[0].key)
    if not unposted:
        return
    heads = await _locked_heads(work, {entry.client_id for entry, _ in unposted.values()})
    # Checked only after locking: another transaction may have posted the same entry until then.
    for key in await books.posted(work.session, unposted):
        del unposted[key]
    if unposted:
        for entry in await _append(work, heads, [entry for entry, _ in unposted.values()]):
            _, cause = unposted[entry.content.key]
            work.emit(posted(entry), cause)


async def _locked_heads(work: UnitOfWork, clients: set[UUID]) -> dict[UUID, Head]:
    """A document can arrive before the event of its client; then the books are opened here."""
    ordered = sorted(clients)
    heads = await books.lock_heads(work.session, ordered)
    if len(heads) == len(ordered):
        return heads
    await open_books(work, [client_id for client_id in ordered if client_id not in heads])
    return await books.lock_heads(work.session, ordered)


async def _append(work: UnitOfWork, heads: dict[UUID, Head], unposted: Sequence[UnpostedEntry]) -> list[Entry]:
    entries = []
    for content in unposted:
        entry, heads[content.client_id] = append(heads[content.client_id], new_id(), content)
        entries.append(entry)
    batch = books.PostedBatch(entries, item_changes(unposted), heads)
    await books.write(work.session, batch, work.clock.now())
    return entries
