"""The bodies of the ledger's answers. Amounts are in øre; debit is positive, credit negative."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field

from services.ledger.domain.entry import Entry, SaleKind, Source
from services.ledger.domain.reports import AccountBalance, CustomerAccount, CustomerPosting, TrialBalanceLine
from shared.http.bodies import Answer, Number, example


class PostingAnswer(Answer):
    account: int
    amount_ore: int
    mva_code: str | None
    mva_rate: Number | None


class EntryAnswer(Answer):
    """An entry in the books. `hash` covers it and all entries before it."""

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
    source: Source
    source_id: UUID = Field(description="The document, the payment, or the match or refund that moved a payment.")
    document_id: UUID | None = Field(description="Null, like the customer, for money that nobody has matched.")
    customer_id: UUID | None
    text: str
    postings: list[PostingAnswer]
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        content = entry.content
        return cls(
            id=entry.id,
            entry_number=entry.number,
            entry_date=content.entry_date,
            source=content.source,
            source_id=content.source_id,
            document_id=content.document_id,
            customer_id=content.customer_id,
            text=content.text,
            postings=[PostingAnswer.model_validate(posting) for posting in content.postings],
            previous_hash=entry.previous_hash,
            hash=entry.hash,
        )


class NamedAccount(Answer):
    number: int
    name_nb: str
    name_en: str


class AccountAnswer(NamedAccount):
    mva_code: str | None
    balance_ore: int


class AccountsAnswer(Answer):
    """The chart of accounts with balances."""

    accounts: list[AccountAnswer]

    @classmethod
    def of(cls, balances: list[AccountBalance]) -> Self:
        return cls(accounts=[AccountAnswer.model_validate(balance) for balance in balances])


class TrialBalanceLineAnswer(NamedAccount):
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
    """A claim. What its document says is null until the document is posted."""

    document_id: UUID
    kind: SaleKind | None
    number: int | None
    document_date: date | None
    due_date: date | None
    kid: str | None
    original_ore: int | None
    remaining_ore: int = Field(description="Negative when too much was paid: the customer's credit.")


class CustomerPostingAnswer(Answer):
    """A posting on the customer's account, and the balance after it."""

    entry_id: UUID
    entry_number: int
    entry_date: date
    document_id: UUID
    text: str
    amount_ore: int
    balance_ore: int


class CustomerAccountAnswer(Answer):
    """A customer's account: `items` is what is left of each document, `entries` one page of the postings behind it."""

    customer_id: UUID
    balance_ore: int = Field(description="What the customer owes in all: the sum of all remainders.")
    items: list[OpenItemAnswer]
    more_items: bool = Field(description="There are more than the 500 items shown here.")
    entries: list[CustomerPostingAnswer]
    next: str | None = Field(default=None, description="The cursor of the next page of `entries`; null on the last.")

    @classmethod
    def of(cls, account: CustomerAccount, page: list[CustomerPosting], cursor: str | None) -> Self:
        return cls(
            customer_id=account.customer_id,
            balance_ore=account.balance_ore,
            items=[OpenItemAnswer.model_validate(item) for item in account.items],
            more_items=account.more_items,
            entries=[CustomerPostingAnswer.model_validate(posting) for posting in page],
            next=cursor,
        )
