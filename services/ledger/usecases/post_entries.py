"""Post entries in the books: each once, numbered without gaps and chained per client; open items move with them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.ledger.domain.chain import Head, append
from services.ledger.domain.entry import Draft, Entry, Key
from services.ledger.domain.open_item import moves
from services.ledger.store import books
from services.ledger.usecases.open_books import open_books
from shared.contracts.ledger import EntryPosted, Posting
from shared.db.database import Cause, UnitOfWork
from shared.ids import new_id


async def post_entries(work: UnitOfWork, drafts: Sequence[tuple[Draft, Cause]]) -> None:
    """Post what has no entry yet, and say each with the cause it came with; what was posted before changes nothing.

    The books of the clients stay locked until commit. A draft that does not balance fails the commit.
    """
    wanted = _first_of_each(drafts)
    if not wanted:
        return
    heads = await _locked_heads(work, {draft.client_id for draft, _ in wanted.values()})
    # Asked only now: whoever held the lock before may have posted the same.
    for key in await books.posted(work.session, wanted):
        del wanted[key]
    if wanted:
        entries = await _append(work, heads, [draft for draft, _ in wanted.values()])
        for entry in entries:
            work.emit(_entry_posted(entry), wanted[entry.draft.key][1])


def _first_of_each(drafts: Iterable[tuple[Draft, Cause]]) -> dict[Key, tuple[Draft, Cause]]:
    found: dict[Key, tuple[Draft, Cause]] = {}
    for draft, cause in drafts:
        found.setdefault(draft.key, (draft, cause))
    return found


async def _locked_heads(work: UnitOfWork, clients: set[UUID]) -> dict[UUID, Head]:
    """A document may come before its client's own fact; then the books are opened here."""
    ordered = sorted(clients)
    heads = await books.lock_heads(work.session, ordered)
    if len(heads) == len(ordered):
        return heads
    await open_books(work, [client_id for client_id in ordered if client_id not in heads])
    return await books.lock_heads(work.session, ordered)


async def _append(work: UnitOfWork, heads: dict[UUID, Head], drafts: Sequence[Draft]) -> list[Entry]:
    entries = []
    for draft in drafts:
        entry, heads[draft.client_id] = append(heads[draft.client_id], new_id(), draft)
        entries.append(entry)
    await books.write(work.session, books.Record(entries, moves(drafts), heads), work.clock.now())
    return entries


def _entry_posted(entry: Entry) -> EntryPosted:
    draft = entry.draft
    return EntryPosted(
        client_id=draft.client_id,
        entry_id=entry.id,
        entry_number=entry.number,
        entry_date=draft.entry_date,
        source=draft.source,
        source_id=draft.source_id,
        document_id=draft.document_id,
        customer_id=draft.customer_id,
        text=draft.text,
        postings=tuple(
            Posting(account=p.account, amount_ore=p.amount_ore, mva_code=p.mva_code) for p in draft.postings
        ),
    )
