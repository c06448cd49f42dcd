"""The contents of an OCR giro file as values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property

# The start and end records of a transmission or an assignment.
_FRAME = 2


class TransactionType(IntEnum):
    """Field 3 of the amount items: how the payer paid. 18 to 21 are information about card payments."""

    GIRO_DEBITED_ACCOUNT = 10
    STANDING_ORDER = 11
    DIRECT_REMITTANCE = 12
    BUSINESS_TERMINAL_GIRO = 13
    COUNTER_GIRO = 14
    AVTALEGIRO = 15
    TELEGIRO = 16
    GIRO_PAID_CASH = 17
    REVERSAL_WITH_KID = 18
    PURCHASE_WITH_KID = 19
    REVERSAL_WITH_TEXT = 20
    PURCHASE_WITH_TEXT = 21

    @property
    def is_reversal(self) -> bool:
        """A card payment given back to the payer."""
        return self in (TransactionType.REVERSAL_WITH_KID, TransactionType.REVERSAL_WITH_TEXT)

    @property
    def has_text(self) -> bool:
        """Whether amount item 3, the free text, belongs to the payment."""
        return self in (TransactionType.REVERSAL_WITH_TEXT, TransactionType.PURCHASE_WITH_TEXT)


@dataclass(frozen=True)
class Payment:
    """One payment: amount items 1 and 2, and 3 when it has text.

    `amount_ore` is what the payee gains: negative for a credit note (sign `-`) and for a reversal (types 18 and 20).
    References are text with their leading zeros; None where the file has only zeros or blanks.
    """

    transaction_type: TransactionType
    transaction_number: int
    settlement_date: date
    centre: str
    day_code: str
    partial_settlement: str
    serial: str
    amount_ore: int
    kid: str | None = None
    card_issuer: str | None = None
    form_number: str | None = None
    archive_reference: str | None = None
    bank_date: date | None = None
    debit_account: str | None = None
    text: str | None = None
    tie_breaker: int = 0
    """The assignment's number, if an earlier assignment of the file has an otherwise equal payment to the account."""
    line_number: int = field(default=0, compare=False)

    @property
    def control_ore(self) -> int:
        """The amount as the end records count it: with its sign, but reversals are added (field 7 of record 88)."""
        return abs(self.amount_ore) if self.transaction_type.is_reversal else self.amount_ore

    @property
    def identity(self) -> str:
        """The same in every file that reports this payment, and unique within the payee's account."""
        return "/".join(
            (
                self.settlement_date.isoformat(),
                f"{self.centre}{self.day_code}{self.partial_settlement}",
                self.serial,
                str(self.transaction_number),
                str(self.amount_ore),
                self.kid or "",
                self.archive_reference or "",
            )
            + ((str(self.tie_breaker),) if self.tie_breaker else ())
        )


@dataclass(frozen=True)
class Assignment:
    """The payments to one account, in the order of the file."""

    agreement: str
    number: str
    account: str
    created: date
    payments: tuple[Payment, ...]
    line_number: int = field(default=0, compare=False)

    @property
    def transaction_count(self) -> int:
        """Payments, however many records each takes."""
        return len(self.payments)

    @cached_property
    def total_ore(self) -> int:
        """The control sum of end record 88."""
        return sum(payment.control_ore for payment in self.payments)

    @cached_property
    def record_count(self) -> int:
        """Records from start to end record, both included."""
        return _FRAME + sum(3 if payment.text is not None else 2 for payment in self.payments)


@dataclass(frozen=True)
class SkippedAssignment:
    """An assignment of another service (21 is AvtaleGiro) in the same file: counted and kept, but not interpreted."""

    service: str
    assignment_type: str
    records: tuple[str, ...]
    transaction_count: int
    total_ore: int
    line_number: int = field(default=0, compare=False)

    @property
    def record_count(self) -> int:
        """Records from start to end record, both included."""
        return len(self.records)


@dataclass(frozen=True)
class OcrFile:
    """One transmission. (`transmitter`, `transmission_number`, `recipient`) is the logical key of the file."""

    transmitter: str
    transmission_number: str
    recipient: str
    created: date
    assignments: tuple[Assignment, ...]
    skipped: tuple[SkippedAssignment, ...] = ()

    @property
    def logical_key(self) -> str:
        """Identifies the transmission, for example `00008080/0170031/00010200`."""
        return f"{self.transmitter}/{self.transmission_number}/{self.recipient}"

    def payments(self) -> Iterator[tuple[Assignment, Payment]]:
        """Every payment with its assignment, in the order of the file."""
        return ((assignment, payment) for assignment in self.assignments for payment in assignment.payments)

    @property
    def _all_assignments(self) -> tuple[Assignment | SkippedAssignment, ...]:
        return (*self.assignments, *self.skipped)

    @property
    def transaction_count(self) -> int:
        """Transactions of end record 89, other services included."""
        return sum(assignment.transaction_count for assignment in self._all_assignments)

    @property
    def record_count(self) -> int:
        """Records of end record 89, other services and the frame included."""
        return _FRAME + sum(assignment.record_count for assignment in self._all_assignments)

    @property
    def total_ore(self) -> int:
        """The control sum of end record 89, other services included."""
        return sum(assignment.total_ore for assignment in self._all_assignments)
