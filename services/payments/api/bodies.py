"""What the answers look like. Amounts are integer øre."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from services.payments.domain.words import ClaimState, FileState, PaymentState
from services.payments.tables import ClaimRow
from shared.contracts.payments import MatchKind, UnmatchedReason
from shared.http.bodies import Answer


class LineProblem(Answer):
    """One thing wrong with a bank file: where, a stable code, and a sentence."""

    line: int | None = Field(description="Line of the file, counted from 1; null when it is about the whole file.")
    field: str | None
    code: str
    message: str


class Rejection(Answer):
    """Why a bank file was not imported."""

    code: str
    message: str
    problems: list[LineProblem]

    @classmethod
    def of(cls, kept: Mapping[str, Any], language: str) -> Self:
        text = "message" if language == "en" else "message_nb"
        problems = [
            LineProblem(line=one["line_number"], field=one["field"], code=one["code"], message=one[text])
            for one in kept["problems"]
        ]
        return cls(code=kept["code"], message=kept["en" if language == "en" else "nb"], problems=problems)


class BankFileAnswer(Answer):
    """A file and what became of its payments when it was imported: payments = matched + unmatched + duplicates."""

    id: UUID
    state: FileState
    already_imported: bool = Field(description="The file had come before; this call changed nothing.")
    transmission: str | None = Field(description="Transmitter, transmission number and recipient, as the bank says.")
    created_on: date | None
    received_at: datetime
    sha256: str
    payments: int
    total_ore: int = Field(description="Net of signs.")
    matched: int = Field(description="Exact, partial and over.")
    matched_ore: int
    partial: int = Field(description="Of the matched: those that left something to pay.")
    partial_ore: int
    over: int = Field(description="Of the matched: those that paid too much.")
    over_ore: int
    unmatched: int
    unmatched_ore: int
    duplicates: int = Field(description="Told of by an earlier file; not booked again.")
    duplicates_ore: int
    rejection: Rejection | None

    @classmethod
    def of(cls, file: Mapping[str, Any], language: str, *, already_imported: bool = False) -> Self:
        kept = file["rejection"]
        rejection = None if kept is None else Rejection.of(kept, language)
        return cls.model_validate({**file, "already_imported": already_imported, "rejection": rejection})


class PaymentAnswer(Answer):
    """A bank payment, and what it was found to pay. `remaining_ore` is what was left of the claim then."""

    id: UUID
    bank_file_id: UUID
    line_number: int
    account: str
    kid: str | None
    amount_ore: int = Field(description="Negative when money was taken back.")
    paid_on: date = Field(description="Settlement date: when the account had the money.")
    ordered_on: date | None
    debit_account: str | None
    archive_reference: str | None
    text: str | None
    state: PaymentState
    reason: UnmatchedReason | None = Field(description="Why it is unmatched.")
    document_id: UUID | None
    kind: MatchKind | None
    remaining_ore: int | None
    matched_at: datetime | None


class ClaimAnswer(Answer):
    """What is owed by one invoice."""

    document_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    account: str | None
    kid: str | None
    document_date: date
    due_date: date | None
    payable_ore: int
    credited_ore: int
    paid_ore: int
    outstanding_ore: int = Field(description="Negative when too much was paid or credited.")
    state: ClaimState
    settled_on: date | None
    overdue_level: int = Field(description="The last level of reminder that it came to; 0 for none.")

    @classmethod
    def of(cls, row: ClaimRow) -> Self:
        return cls(
            **row.model_dump(include=set(cls.model_fields)),
            outstanding_ore=row.payable_ore - row.credited_ore - row.paid_ore,
            state="open" if row.settled_on is None else "settled",
        )
