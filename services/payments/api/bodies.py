"""The bodies of answers. Amounts are integer øre."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.payments.domain.bank_file import FileProblem, Rejection
from services.payments.domain.claim_hold import ClaimHold, Signature
from services.payments.domain.payment import RefundedPart, Share
from services.payments.domain.words import ClaimState, FileState, MatchKind, PaymentState, UndoReason, WaitingReason
from services.payments.tables import ClaimRow
from shared.http.bodies import Answer, Body, FieldError, example
from shared.ids import new_id
from shared.money import MAX_ORE


class LineProblem(Answer):
    """One thing wrong with a bank file: where it is, a stable code, and a sentence."""

    line: int | None = Field(description="Line of the file, counted from 1; null for the whole file.")
    field: str | None
    code: str
    message: str

    @classmethod
    def of(cls, problem: FileProblem, language: str) -> Self:
        return cls(line=problem.line_number, field=problem.field, code=problem.code, message=problem.text(language))


class RejectionAnswer(Answer):
    """Why a bank file was not imported."""

    code: str
    message: str
    problems: list[LineProblem]

    @classmethod
    def of(cls, rejection: Rejection, language: str) -> Self:
        problems = [LineProblem.of(problem, language) for problem in rejection.problems]
        return cls(code=rejection.code, message=rejection.text(language), problems=problems)


class BankFileAnswer(Answer):
    """A file, and what became of its payments at import: payments = matched + unmatched + duplicates."""

    id: UUID
    state: FileState
    already_imported: bool = Field(description="The file was imported before; this call changed nothing.")
    transmission: str | None = Field(description="The bank's own key of the file.")
    created_on: date | None
    received_at: datetime
    sha256: str
    payments: int
    total_ore: int = Field(description="Net of signs.")
    matched: int = Field(description="Including partial and over.")
    matched_ore: int
    partial: int = Field(description="Matched payments that left something to pay.")
    partial_ore: int
    over: int = Field(description="Matched payments that paid too much.")
    over_ore: int
    unmatched: int
    unmatched_ore: int
    duplicates: int = Field(description="Reported by an earlier file, and not booked again.")
    duplicates_ore: int
    rejection: RejectionAnswer | None

    @classmethod
    def of(cls, file: Mapping[str, Any], language: str, *, already_imported: bool = False) -> Self:
        stored = file["rejection"]
        rejection = None if stored is None else RejectionAnswer.of(Rejection.model_validate(stored), language)
        return cls.model_validate({**file, "already_imported": already_imported, "rejection": rejection})


class MatchAnswer(Answer):
    """So much of a payment on a claim. `remaining_ore` is what was left of the claim then."""

    id: UUID
    document_id: UUID
    amount_ore: int
    kind: MatchKind
    remaining_ore: int
    matched_on: date
    undone_on: date | None
    undone_reason: UndoReason | None = Field(description="`reversed`: the bank took the payment back.")


class RefundAnswer(Answer):
    id: UUID
    amount_ore: int
    refunded_on: date
    note: str


class ShareBody(Body):
    document_id: UUID = Field(description="The invoice.")
    amount_ore: int = Field(
        ge=-MAX_ORE, le=MAX_ORE, description="Negative of a payment that the bank took back: the claim is reopened."
    )


class MatchesBody(Body):
    """What of the payment goes to which claims; the rest stays unmatched."""

    model_config = Body.model_config | example(
        {"matches": [{"document_id": "019a0000-0000-7000-8000-0000000000d2", "amount_ore": 12345}]}
    )

    matches: list[ShareBody] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _each_document_once(self) -> Self:
        if len({share.document_id for share in self.matches}) < len(self.matches):
            raise FieldError("a document_id occurs twice", nb="En document_id forekommer to ganger.")
        return self

    def to_shares(self) -> list[Share]:
        return [Share(share.document_id, share.amount_ore) for share in self.matches]


class RefundBody(Body):
    """Money that was sent back to the payer, from the client's own bank."""

    model_config = Body.model_config | example(
        {"amount_ore": 12345, "refunded_on": "2026-11-23", "note": "Betalt to ganger; avtalt på telefon."}
    )

    amount_ore: int = Field(gt=0, le=MAX_ORE)
    refunded_on: date
    note: Annotated[str, StringConstraints(min_length=1, max_length=500)] = Field(description="How and why.")

    def to_refund(self, payment_id: UUID) -> RefundedPart:
        return RefundedPart(new_id(), payment_id, self.amount_ore, self.refunded_on, self.note)


class PaymentAnswer(Answer):
    """A bank payment, and what has become of its money.

    `document_id`, `kind`, `remaining_ore` and `matched_at` are those of the last match that holds.
    """

    id: UUID
    bank_file_id: UUID
    line_number: int
    account: str
    kid: str | None
    amount_ore: int = Field(description="Negative when money was taken back.")
    paid_on: date = Field(description="Settlement date: when the account had the money.")
    ordered_on: date | None
    debit_account: str | None
    bank_reference: str | None = Field(description="By which the bank finds the payment in its archive.")
    text: str | None
    state: PaymentState
    reason: WaitingReason | None = Field(description="Why something of it is unmatched.")
    unmatched_ore: int = Field(description="What lies in clearing, for a person to place.")
    reverses: UUID | None = Field(description="The payment that this one, a negative one, takes back.")
    document_id: UUID | None
    kind: MatchKind | None
    remaining_ore: int | None
    matched_at: datetime | None
    matches: list[MatchAnswer] = Field(description="Also those that were undone.")
    refunds: list[RefundAnswer]


class ClaimHoldBody(Body):
    """What the customer objects to, and how long nobody is reminded."""

    model_config = Body.model_config | example(
        {"reason": "Kunden mener at to timer er fakturert for mye.", "until": "2099-12-31"}
    )

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    until: date | None = Field(None, description="The last day of the hold; without it, until it is released.")

    def to_hold(self, document_id: UUID, by: Signature) -> ClaimHold:
        return ClaimHold(new_id(), document_id, self.reason, self.until, by)


class SignatureAnswer(Answer):
    on: date
    key_id: UUID
    holder: str | None = Field(description="The person that the key was issued to, if any.")


class ClaimHoldAnswer(Answer):
    id: UUID
    reason: str
    until: date | None = Field(description="The last day; null: until it is released.")
    held: SignatureAnswer
    released: SignatureAnswer | None


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
    overdue_level: int = Field(description="The last level that it has reached; 0 for none.")
    is_held: bool = Field(description="On hold today: nobody is reminded of it.")
    holds: list[ClaimHoldAnswer] = Field(description="Also those that have ended, oldest first.")

    @classmethod
    def of(cls, row: ClaimRow, holds: Sequence[ClaimHold], today: date) -> Self:
        return cls(
            **row.model_dump(include=set(cls.model_fields)),
            is_held=any(hold.is_in_force(today) for hold in holds),
            holds=[ClaimHoldAnswer.model_validate(hold) for hold in holds],
            outstanding_ore=row.payable_ore - row.credited_ore - row.paid_ore,
            state="open" if row.settled_on is None else "settled",
        )
