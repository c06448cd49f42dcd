"""Writes the books: many entries in few statements. The rows of each table travel as one JSON parameter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.ledger.domain.chain import GENESIS, Head
from services.ledger.domain.chart import CHART
from services.ledger.domain.entry import Entry, EntryKey
from services.ledger.domain.open_item import ItemChange
from shared.db.bulk import as_json
from shared.db.sql import fetch, run

_OPEN_HEADS = sa.text(
    """
    insert into ledger_head (client_id, next_number, last_hash)
    select client_id, 1, :genesis from json_to_recordset(cast(:clients as json)) as new(client_id uuid)
    order by client_id
    on conflict do nothing
    """
)
_OPEN_ACCOUNTS = sa.text(
    """
    insert into account (client_id, number, name_nb, name_en, mva_code)
    select client_id, number, name_nb, name_en, mva_code
    from json_to_recordset(cast(:clients as json)) as new(client_id uuid),
         json_to_recordset(cast(:chart as json)) as chart(number int, name_nb text, name_en text, mva_code text)
    order by client_id, number
    on conflict do nothing
    """
)
_LOCK_HEADS = sa.text(
    "select client_id, next_number, last_hash from ledger_head "
    "where client_id = any(:clients) order by client_id for update"
)
_POSTED = sa.text(
    """
    select entry.client_id, entry.source, entry.source_id, entry.purpose
    from entry join json_to_recordset(cast(:keys as json))
        as given(client_id uuid, source text, source_id uuid, purpose text)
        using (client_id, source, source_id, purpose)
    """
)
# One statement, because a batch is often small and a round trip costs as much as several rows. Foreign keys between the
# tables are checked at its end.
_WRITE = sa.text(
    """
    with entries as (
        insert into entry (client_id, id, entry_number, entry_date, source, source_id, purpose, document_id,
                           customer_id, claim_id, text, previous_hash, hash, created_at)
        select client_id, id, entry_number, entry_date, source, source_id, purpose, document_id,
               customer_id, claim_id, text, previous_hash, hash, cast(:now as timestamptz)
        from json_to_recordset(cast(:entries as json)) as new(
            client_id uuid, id uuid, entry_number bigint, entry_date date, source text, source_id uuid, purpose text,
            document_id uuid, customer_id uuid, claim_id uuid, text text, previous_hash text, hash text)
    ), lines as (
        insert into posting (client_id, entry_id, line_no, account, amount_ore, mva_code, mva_rate)
        select client_id, entry_id, line_no, account, amount_ore, mva_code, mva_rate
        from json_to_recordset(cast(:postings as json)) as new(
            client_id uuid, entry_id uuid, line_no int, account int, amount_ore bigint, mva_code text, mva_rate numeric)
    ), items as (
        insert into open_item as item (client_id, document_id, customer_id, kind, number, document_date, due_date, kid,
                                       customer_number, customer_name, original_ore, remaining_ore)
        select client_id, document_id, customer_id, kind, number, document_date, due_date, kid,
               customer_number, customer_name, original_ore, remaining_ore
        from json_to_recordset(cast(:items as json)) as new(
            client_id uuid, document_id uuid, customer_id uuid, kind text, number bigint, document_date date,
            due_date date, kid text, customer_number bigint, customer_name text, original_ore bigint,
            remaining_ore bigint)
        on conflict (client_id, document_id) do update set
            kind = coalesce(item.kind, excluded.kind),
            number = coalesce(item.number, excluded.number),
            document_date = coalesce(item.document_date, excluded.document_date),
            due_date = coalesce(item.due_date, excluded.due_date),
            kid = coalesce(item.kid, excluded.kid),
            customer_number = coalesce(item.customer_number, excluded.customer_number),
            customer_name = coalesce(item.customer_name, excluded.customer_name),
            original_ore = coalesce(item.original_ore, excluded.original_ore),
            remaining_ore = item.remaining_ore + excluded.remaining_ore
    )
    update ledger_head set next_number = new.next_number, last_hash = new.last_hash
    from json_to_recordset(cast(:heads as json)) as new(client_id uuid, next_number bigint, last_hash text)
    where ledger_head.client_id = new.client_id
    """
)


@dataclass(frozen=True, slots=True)
class PostedBatch:
    """What one transaction writes: the entries, the changes to open items, and the new head of each client's books."""

    entries: Sequence[Entry]
    item_changes: Sequence[ItemChange]
    heads: Mapping[UUID, Head]


async def open_books(session: AsyncSession, clients: Sequence[UUID]) -> None:
    """A head and a chart of accounts for each client; existing rows are left as they are."""
    records = as_json({"client_id": client_id} for client_id in clients)
    await run(session, _OPEN_HEADS, clients=records, genesis=GENESIS)
    await run(session, _OPEN_ACCOUNTS, clients=records, chart=as_json(map(asdict, CHART)))


async def lock_heads(session: AsyncSession, clients: Sequence[UUID]) -> dict[UUID, Head]:
    """The heads of these clients' books, locked until commit, always in the same order."""
    rows = await fetch(session, _LOCK_HEADS, clients=list(clients))
    return {row.client_id: Head(row.next_number, row.last_hash) for row in rows}


async def posted(session: AsyncSession, keys: Iterable[EntryKey]) -> set[EntryKey]:
    """Those of the keys that have an entry already."""
    names = ("client_id", "source", "source_id", "purpose")
    records = as_json(dict(zip(names, key, strict=True)) for key in keys)
    rows = await fetch(session, _POSTED, keys=records)
    return {(row.client_id, row.source, row.source_id, row.purpose) for row in rows}


async def write(session: AsyncSession, batch: PostedBatch, now: datetime) -> None:
    """The database checks at commit that each entry balances."""
    values = {
        "entries": as_json(map(_entry, batch.entries)),
        "postings": as_json(line for entry in batch.entries for line in _postings(entry)),
        "items": as_json(map(_item, batch.item_changes)),
        "heads": as_json(_head(client_id, head) for client_id, head in batch.heads.items()),
        "now": now,
    }
    await run(session, _WRITE, **values)


def _entry(entry: Entry) -> dict[str, Any]:
    content = entry.content
    return {
        "client_id": content.client_id,
        "id": entry.id,
        "entry_number": entry.number,
        "entry_date": content.entry_date,
        "source": content.source,
        "source_id": content.source_id,
        "purpose": content.purpose,
        "document_id": content.document_id,
        "customer_id": content.customer_id,
        "claim_id": content.claim_id,
        "text": content.text,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def _postings(entry: Entry) -> Iterable[dict[str, Any]]:
    for line_no, posting in enumerate(entry.content.postings, 1):
        yield {
            "client_id": entry.content.client_id,
            "entry_id": entry.id,
            "line_no": line_no,
            "account": posting.account,
            "amount_ore": posting.amount_ore,
            "mva_code": posting.mva_code,
            "mva_rate": posting.mva_rate,
        }


def _head(client_id: UUID, head: Head) -> dict[str, Any]:
    return {"client_id": client_id, "next_number": head.next_number, "last_hash": head.last_hash}


def _item(change: ItemChange) -> dict[str, Any]:
    claim = asdict(change.claim) if change.claim is not None else {}
    return claim | {
        "client_id": change.client_id,
        "document_id": change.document_id,
        "customer_id": change.customer_id,
        "remaining_ore": change.amount_ore,
    }
