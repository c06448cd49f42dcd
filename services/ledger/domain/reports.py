"""Answers that the books give: balances, and the account of one customer. Amounts in øre, debit positive."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.ledger.domain.entry import Purpose
from services.ledger.domain.errors import PeriodReversed


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; an open end is None. Raises PeriodReversed."""

    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.first_day is not None and self.last_day is not None and self.last_day < self.first_day:
            raise PeriodReversed(first_day=self.first_day.isoformat(), last_day=self.last_day.isoformat())


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted; None asks for no such limit."""

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
    """A claim on a customer. Its face is None as long as only a payment or a credit note for it has come."""

    document_id: UUID
    kind: Literal["invoice", "credit_note"] | None
    number: int | None
    document_date: date | None
    due_date: date | None
    kid: str | None
    original_ore: int | None
    remaining_ore: int


@dataclass(frozen=True, slots=True)
class AccountMove:
    """A posting on the customer's account, and the balance after it in the order of the books."""

    entry_id: UUID
    entry_number: int
    entry_date: date
    purpose: Purpose
    document_id: UUID
    text: str
    amount_ore: int
    balance_ore: int


@dataclass(frozen=True, slots=True)
class CustomerAccount:
    """A customer's account: balance, open items, and one page of its postings."""

    customer_id: UUID
    balance_ore: int
    items: tuple[OpenItem, ...]
    more_items: bool
    moves: tuple[AccountMove, ...]
