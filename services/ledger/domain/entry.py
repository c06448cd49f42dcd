"""An entry in the books: what was posted, on which accounts, and because of what."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.ledger.domain.chart import RECEIVABLES
from services.ledger.domain.errors import AmountTooLarge
from shared.money import MAX_ORE

Source = Literal["document", "payment"]
SaleKind = Literal["invoice", "credit_note"]
Purpose = Literal["invoice", "credit_note", "receipt", "match", "match_undone", "refund"]
EntryKey = tuple[UUID, Source, UUID, Purpose]
"""Client, source, source id and purpose: these together are posted only once, for ever.

The source id of a receipt is the payment's, that of a match and its undoing the match's, that of a refund its own.
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line; debit is positive, credit negative. The lines of a sale name their MVA code and rate."""

    account: int
    amount_ore: int
    mva_code: str | None = None
    mva_rate: Decimal | None = None


def checked(*postings: Posting) -> tuple[Posting, ...]:
    """The postings, when the books can hold and reverse them. Raises AmountTooLarge."""
    for posting in postings:
        if abs(posting.amount_ore) > MAX_ORE:
            raise AmountTooLarge(amount_ore=posting.amount_ore)
    return postings


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document says about its own claim. A credit note's amount is negative."""

    kind: SaleKind
    number: int
    document_date: date
    due_date: date | None
    kid: str | None
    customer_number: int
    customer_name: str
    original_ore: int


@dataclass(frozen=True, slots=True)
class UnpostedEntry:
    """The content of an entry, before it has a number in the books.

    `claim_id` is the document whose open item the entry changes: an invoice's own, the paid one of a payment, the
    corrected one of a credit note. It, the document and the customer are None for money that nobody has matched.
    """

    client_id: UUID
    entry_date: date
    source: Source
    source_id: UUID
    purpose: Purpose
    document_id: UUID | None
    customer_id: UUID | None
    claim_id: UUID | None
    text: str
    postings: tuple[Posting, ...]
    claim: Claim | None = None
    """Set when the entry's document is the claim itself."""

    @property
    def key(self) -> EntryKey:
        return self.client_id, self.source, self.source_id, self.purpose

    @property
    def receivable_ore(self) -> int:
        """How much more the customer owes after the entry."""
        return sum(posting.amount_ore for posting in self.postings if posting.account == RECEIVABLES)


@dataclass(frozen=True, slots=True)
class Entry:
    """A posted entry: its content, its number in the client's books, and its link in the hash chain."""

    id: UUID
    number: int
    content: UnpostedEntry
    previous_hash: str
    hash: str
