"""The hash chain of a client's books: whoever changes an old entry must change every hash after it.

An entry's hash is the SHA-256 of the previous hash followed by the entry's canonical text; the first follows 64 zeros.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from services.ledger.domain.entry import Draft, Entry, Posting

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """Where a client's books stand: the next entry's number, and the last entry's hash."""

    next_number: int = 1
    last_hash: str = GENESIS


def append(head: Head, entry_id: UUID, draft: Draft) -> tuple[Entry, Head]:
    """The draft as the next entry of the books, and where they stand then."""
    link = entry_hash(head.last_hash, head.next_number, draft)
    return Entry(entry_id, head.next_number, draft, head.last_hash, link), Head(head.next_number + 1, link)


def entry_hash(previous_hash: str, number: int, draft: Draft) -> str:
    return hashlib.sha256((previous_hash + canonical_text(number, draft)).encode()).hexdigest()


def canonical_text(number: int, draft: Draft) -> str:
    """The entry as one JSON array without spaces: the same bytes for the same content, whoever writes it.

    number, client, date, source, source id, purpose, document, customer, claim, text, and the postings in their order
    as [account, øre, MVA code, rate].
    """
    values = [
        number,
        str(draft.client_id),
        draft.entry_date.isoformat(),
        draft.source,
        str(draft.source_id),
        draft.purpose,
        str(draft.document_id),
        str(draft.customer_id),
        str(draft.claim_id),
        draft.text,
        [_canonical_posting(posting) for posting in draft.postings],
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def check_chain(head: Head, entries: Iterable[Entry]) -> tuple[list[str], Head]:
    """What is wrong with entries that should follow `head`, one line each, and the head after them."""
    wrong: list[str] = []
    for entry in entries:
        wrong += _faults(head, entry)
        head = Head(entry.number + 1, entry.hash)
    return wrong, head


def _faults(head: Head, entry: Entry) -> list[str]:
    name = f"client {entry.draft.client_id} entry {entry.number}"
    faults = []
    if entry.number != head.next_number:
        faults.append(f"{name}: entry {head.next_number} should stand here")
    if entry.previous_hash != head.last_hash:
        faults.append(f"{name}: does not follow the hash of the entry before it")
    if entry.hash != entry_hash(entry.previous_hash, entry.number, entry.draft):
        faults.append(f"{name}: its content does not give its hash")
    return faults


def _canonical_posting(posting: Posting) -> list[int | str | None]:
    return [posting.account, posting.amount_ore, posting.mva_code, _plain(posting.mva_rate)]


def _plain(rate: Decimal | None) -> str | None:
    """25 and 25.00 are the same rate, so they must be the same text."""
    return None if rate is None else format(rate.normalize(), "f")
