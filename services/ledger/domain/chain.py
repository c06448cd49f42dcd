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

from services.ledger.domain.entry import Entry, Posting, UnpostedEntry

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a client's books: the next entry's number, and the last entry's hash."""

    next_number: int = 1
    last_hash: str = GENESIS


def append(head: Head, entry_id: UUID, content: UnpostedEntry) -> tuple[Entry, Head]:
    """The next entry of the books, and their new head."""
    link = entry_hash(head.last_hash, head.next_number, content)
    return Entry(entry_id, head.next_number, content, head.last_hash, link), Head(head.next_number + 1, link)


def entry_hash(previous_hash: str, number: int, content: UnpostedEntry) -> str:
    return hashlib.sha256((previous_hash + canonical_text(number, content)).encode()).hexdigest()


def canonical_text(number: int, content: UnpostedEntry) -> str:
    """The entry as one JSON array without spaces: equal content always gives the same bytes.

    The array is number, client, date, source, source id, purpose, document, customer, claim, text, and the postings in
    order as [account, øre, MVA code, rate].
    """
    values = [
        number,
        str(content.client_id),
        content.entry_date.isoformat(),
        content.source,
        str(content.source_id),
        content.purpose,
        str(content.document_id),
        str(content.customer_id),
        str(content.claim_id),
        content.text,
        [_canonical_posting(posting) for posting in content.postings],
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def check_chain(head: Head, entries: Iterable[Entry]) -> tuple[list[str], Head]:
    """The faults of the entries that should follow `head`, one line each, and the head after them."""
    faults: list[str] = []
    for entry in entries:
        faults += _faults(head, entry)
        head = Head(entry.number + 1, entry.hash)
    return faults, head


def _faults(head: Head, entry: Entry) -> list[str]:
    name = f"client {entry.content.client_id} entry {entry.number}"
    faults = []
    if entry.number != head.next_number:
        faults.append(f"{name}: entry {head.next_number} was expected here")
    if entry.previous_hash != head.last_hash:
        faults.append(f"{name}: does not follow the hash of the entry before it")
    if entry.hash != entry_hash(entry.previous_hash, entry.number, entry.content):
        faults.append(f"{name}: its content does not match its hash")
    return faults


def _canonical_posting(posting: Posting) -> list[int | str | None]:
    return [posting.account, posting.amount_ore, posting.mva_code, _canonical_rate(posting.mva_rate)]


def _canonical_rate(rate: Decimal | None) -> str | None:
    """25 and 25.00 are the same rate, so they must give the same text."""
    return None if rate is None else format(rate.normalize(), "f")
