"""What the ledger's answers look like. Amounts are øre; debit is positive, credit negative."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import Field

from services.ledger.domain.entry import Entry, Posting
from services.ledger.domain.reports import AccountBalance, AccountMove, CustomerAccount, OpenItem, TrialBalanceLine
from shared.http.bodies import Answer, Number, example


class PostingAnswer(Answer):
    account: int
    amount_ore: int
    mva_code: str | None
    mva_rate: Number | None

    @classmethod
    def of(cls, posting: Posting) -> Self:
        return cls.model_validate(posting)


class EntryAnswer(Answer):
    """An entry as it stands in the books. `hash` seals it together with all entries before it."""

    model_config = example(
        {
            "id": "019a0000-0000-7000-8000-0000000000e1",
            "entry_number": 1,
            "entry_date": "2026-11-23",
            "source": "document",
            "source_id": "019a0000-0000-7000-8000-0000000000d1",
            "document_id": "019a0000-0000-7000-8000-0000000000d1",
            "customer_id": "019a0000-0000-7000-8000-0000000000c1",
            "text": "Faktura 1001",
            "postings": [
                {"account": 1500, "amount_ore": 125000, "mva_code": None, "mva_rate": None},
                {"account": 3000, "amount_ore": -100000, "mva_code": "3", "mva_rate": "25"},
                {"account": 2700, "amount_ore": -25000, "mva_code": "3", "mva_rate": "25"},
            ],
            "previous_hash": "0" * 64,
            "hash": "4f1c" * 16,
        }
    )

    id: UUID
    entry_number: int
    entry_date: date = Field(description="The document's date, or the day of payment.")
    source: Literal["document", "payment"]
    source_id: UUID
    document_id: UUID
    customer_id: UUID
    text: str
    postings: list[PostingAnswer]
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        draft = entry.draft
        return cls(
            id=entry.id,
            entry_number=entry.number,
            entry_date=draft.entry_date,
            source=draft.source,
            source_id=draft.source_id,
            document_id=draft.document_id,
            customer_id=draft.customer_id,
            text=draft.text,
            postings=[PostingAnswer.of(posting) for posting in draft.postings],
            previous_hash=entry.previous_hash,
            hash=entry.hash,
        )


class AccountAnswer(Answer):
    number: int
    name_nb: str
    name_en: str
    mva_code: str | None
    balance_ore: int


class AccountsAnswer(Answer):
    """The chart of accounts, and what stands on each."""

    accounts: list[AccountAnswer]

    @classmethod
    def of(cls, balances: list[AccountBalance]) -> Self:
        return cls(accounts=[AccountAnswer.model_validate(balance) for balance in balances])


class TrialBalanceLineAnswer(Answer):
    number: int
    name_nb: str
    name_en: str
    opening_ore: int
    debit_ore: int
    credit_ore: int = Field(description="Positive.")
    closing_ore: int


class TrialBalanceAnswer(Answer):
    """Saldobalanse: opening and closing sum to zero, and debit equals credit."""

    accounts: list[TrialBalanceLineAnswer]
    debit_ore: int
    credit_ore: int

    @classmethod
    def of(cls, lines: list[TrialBalanceLine]) -> Self:
        return cls(
            accounts=[TrialBalanceLineAnswer.model_validate(line) for line in lines],
            debit_ore=sum(line.debit_ore for line in lines),
            credit_ore=sum(line.credit_ore for line in lines),
        )


class OpenItemAnswer(Answer):
    """A claim. What its document says is null as long as only a payment or a credit note for it has come."""

    document_id: UUID
    kind: Literal["invoice", "credit_note"] | None
    number: int | None
    document_date: date | None
    due_date: date | None
    kid: str | None
    original_ore: int | None
    remaining_ore: int = Field(description="Negative when too much was paid: the customer's credit.")

    @classmethod
    def of(cls, item: OpenItem) -> Self:
        return cls.model_validate(item)


class AccountMoveAnswer(Answer):
    """A posting on the customer's receivable, and the balance after it."""

    entry_id: UUID
    entry_number: int
    entry_date: date
    document_id: UUID
    text: str
    amount_ore: int
    balance_ore: int

    @classmethod
    def of(cls, move: AccountMove) -> Self:
        return cls.model_validate(move)


class CustomerAccountAnswer(Answer):
    """A customer's account: `items` is what is left of each document, `entries` how it came to be, by pages."""

    customer_id: UUID
    balance_ore: int = Field(description="What the customer owes in all; the sum of what remains.")
    items: list[OpenItemAnswer]
    more_items: bool = Field(description="There are more items than are shown here, at most 500.")
    entries: list[AccountMoveAnswer]
    next: str | None = Field(default=None, description="The cursor of the next page of `entries`; null on the last.")

    @classmethod
    def of(cls, account: CustomerAccount, moves: list[AccountMove], cursor: str | None) -> Self:
        return cls(
            customer_id=account.customer_id,
            balance_ore=account.balance_ore,
            items=[OpenItemAnswer.of(item) for item in account.items],
            more_items=account.more_items,
            entries=[AccountMoveAnswer.of(move) for move in moves],
            next=cursor,
        )
