"""Queries to the books and their results: balances, and the account of one customer. Debit is positive."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.ledger.domain.entry import SaleKind
from services.ledger.domain.errors import PeriodReversed


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; None is an open end. Raises PeriodReversed."""

    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.first_day is not None and self.last_day is not None and self.last_day < self.first_day:
            raise PeriodReversed(first_day=self.first_day.isoformat(), last_day=self.last_day.isoformat())


@dataclass(frozen=True, slots=True)
class EntryQuery:
    """Which entries; None does not limit them. `account` selects entries with a posting on it."""

    period: Period = Period()
    document_id: UUID | None = None
    customer_id: UUID | None = None
    account: int | None = None


@dataclass(frozen=True, slots=True)
class AccountBalance:
    number: int
    name_nb: str
    name_en: str
    mva_code: str | None
    balance_ore: int


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """An account over a period: its balance before, debit and credit in it (both positive), its balance after."""

    number: int
    name_nb: str
    name_en: str
    opening_ore: int
    debit_ore: int
    credit_ore: int
    closing_ore: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A claim on a customer. What its document says is None until the document is posted."""

    document_id: UUID
    kind: SaleKind | None
    number: int | None
    document_date: date | None
    due_date: date | None
    kid: str | None
    original_ore: int | None
    remaining_ore: int


@dataclass(frozen=True, slots=True)
class CustomerPosting:
    """A posting on the customer's account, and the balance after it."""

    entry_id: UUID
    entry_number: int
    entry_date: date
    document_id: UUID
    text: str
    amount_ore: int
    balance_ore: int


@dataclass(frozen=True, slots=True)
class CustomerAccount:
    """A customer's account: the balance, the first open items, and one page of the postings."""

    customer_id: UUID
    balance_ore: int
    items: tuple[OpenItem, ...]
    more_items: bool
    postings: tuple[CustomerPosting, ...]
