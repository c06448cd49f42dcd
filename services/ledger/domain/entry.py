"""An entry in the books: what was posted, on which accounts, because of what."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.ledger.domain.chart import RECEIVABLES

Source = Literal["document", "payment"]
Purpose = Literal["invoice", "credit_note", "receipt"]
Key = tuple[UUID, Source, UUID, Purpose]


@dataclass(frozen=True, slots=True)
class Posting:
    """One line; debit is positive, credit negative. A sale's lines name the MVA code and rate they stand for."""

    account: int
    amount_ore: int
    mva_code: str | None = None
    mva_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a document says of its own claim: the face of an open item."""

    kind: Purpose
    number: int
    document_date: date
    due_date: date | None
    kid: str | None
    customer_number: int
    customer_name: str
    original_ore: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the books.

    `claim_id` is the document whose open item the entry moves: an invoice's own, the paid one of a payment, the
    corrected one of a credit note.
    """

    client_id: UUID
    entry_date: date
    source: Source
    source_id: UUID
    purpose: Purpose
    document_id: UUID
    customer_id: UUID
    claim_id: UUID
    text: str
    postings: tuple[Posting, ...]
    claimed: Claimed | None = None

    @property
    def key(self) -> Key:
        """What may be posted only once, for ever."""
        return self.client_id, self.source, self.source_id, self.purpose

    @property
    def receivable_ore(self) -> int:
        """What the entry adds to what the customer owes."""
        return sum(posting.amount_ore for posting in self.postings if posting.account == RECEIVABLES)


@dataclass(frozen=True, slots=True)
class Entry:
    """A posted entry: its number in the client's books and its link in the chain."""

    id: UUID
    number: int
    draft: Draft
    previous_hash: str
    hash: str
