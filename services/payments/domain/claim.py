"""Invoices and credit notes as payments sees them, the claims they make, and the receipts that pay them.

Amounts are integer øre.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID


class PayeeKid(NamedTuple):
    """What a payment finds its claim by. A KID is only unique within the receiving account."""

    client_id: UUID
    account: str
    kid: str


class ClaimKey(NamedTuple):
    client_id: UUID
    document_id: UUID


@dataclass(frozen=True)
class Invoice:
    """A confirmed invoice, which opens a claim."""

    client_id: UUID
    document_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    account: str | None
    kid: str | None
    document_date: date
    due_date: date | None
    payable_ore: int


@dataclass(frozen=True)
class CreditNote:
    """A confirmed credit note, which reduces the claim of an invoice; the amount is positive."""

    client_id: UUID
    document_id: UUID
    invoice_id: UUID
    amount_ore: int
    document_date: date


@dataclass(frozen=True)
class SentInvoice:
    """An invoice that was handed over to the buyer's mail server, or to the post, on that day."""

    client_id: UUID
    document_id: UUID
    sent_on: date

    @property
    def key(self) -> ClaimKey:
        return ClaimKey(self.client_id, self.document_id)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is owed by one invoice. `settled_on` is set while nothing is left; `settlements` counts how often it was."""

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    document_date: date
    due_date: date | None
    account: str | None
    kid: str | None
    payable_ore: int
    credited_ore: int = 0
    paid_ore: int = 0
    settled_on: date | None = None
    settlements: int = 0

    @property
    def key(self) -> ClaimKey:
        return ClaimKey(self.client_id, self.document_id)

    @property
    def outstanding_ore(self) -> int:
        """What is left to pay; negative when too much was paid or credited."""
        return self.payable_ore - self.credited_ore - self.paid_ore

    @property
    def payee_kid(self) -> PayeeKid | None:
        """What a payment finds this claim by; None when the invoice has no account or KID."""
        return None if self.account is None or self.kid is None else PayeeKid(self.client_id, self.account, self.kid)

    def paid(self, amount_ore: int, on: date) -> "Claim":
        """The claim after a payment, settled that day if nothing is left. A negative amount takes a payment back."""
        return replace(self, paid_ore=self.paid_ore + amount_ore).settled(on)

    def settled(self, on: date) -> "Claim":
        """The claim, settled that day if nothing is left and it was not settled before; reopened if something is."""
        if self.outstanding_ore > 0:
            return self if self.settled_on is None else replace(self, settled_on=None)
        if self.settled_on is not None:
            return self
        return replace(self, settled_on=on, settlements=self.settlements + 1)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came to a client's account: one payment of a bank file. Negative when it was taken back."""

    payment_id: UUID
    client_id: UUID
    account: str
    kid: str | None
    amount_ore: int
    paid_on: date

    @property
    def payee_kid(self) -> PayeeKid | None:
        """What it may find a claim by; None without KID."""
        return None if self.kid is None else PayeeKid(self.client_id, self.account, self.kid)

    def part(self, amount_ore: int) -> "Receipt":
        """So much of the receipt."""
        return replace(self, amount_ore=amount_ore)


@dataclass(frozen=True)
class OverdueClaim:
    """A claim that has reached a level of being overdue, with what is left to pay."""

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    level: int
    due_date: date
    outstanding_ore: int
