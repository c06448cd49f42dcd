"""What this service says, made from what it decided."""

from datetime import date
from uuid import UUID

from services.payments.domain.claim import Claim, Late
from services.payments.domain.matching import Matched, Unmatched
from services.payments.domain.tally import Tally
from shared.contracts.payments import (
    BankFileImported,
    DocumentOverdue,
    DocumentSettled,
    PaymentMatched,
    PaymentUnmatched,
)


def payment_decided(decision: Matched | Unmatched) -> PaymentMatched | PaymentUnmatched:
    return payment_matched(decision) if isinstance(decision, Matched) else unmatched_fact(decision)


def payment_matched(match: Matched) -> PaymentMatched:
    receipt, claim = match.receipt, match.claim
    return PaymentMatched(
        client_id=receipt.client_id,
        payment_id=receipt.payment_id,
        document_id=claim.document_id,
        customer_id=claim.customer_id,
        kind=match.kind,
        account=receipt.account,
        kid=receipt.kid or "",
        paid_on=receipt.paid_on,
        amount_ore=receipt.amount_ore,
        remaining_ore=match.remaining_ore,
    )


def unmatched_fact(unmatched: Unmatched) -> PaymentUnmatched:
    receipt = unmatched.receipt
    return PaymentUnmatched(
        client_id=receipt.client_id,
        payment_id=receipt.payment_id,
        account=receipt.account,
        kid=receipt.kid,
        paid_on=receipt.paid_on,
        amount_ore=receipt.amount_ore,
        reason=unmatched.reason,
    )


def document_settled(claim: Claim) -> DocumentSettled:
    """Of a claim that is settled."""
    if claim.settled_on is None:
        raise ValueError(f"claim {claim.document_id} is not settled: {claim.outstanding_ore} øre are left")
    return DocumentSettled(
        client_id=claim.client_id,
        document_id=claim.document_id,
        customer_id=claim.customer_id,
        settled_on=claim.settled_on,
    )


def bank_file_imported(client_id: UUID, bank_file_id: UUID, tally: Tally) -> BankFileImported:
    return BankFileImported(
        client_id=client_id,
        bank_file_id=bank_file_id,
        payments=tally.payments,
        total_ore=tally.total_ore,
        matched=tally.matched,
        matched_ore=tally.matched_ore,
        unmatched=tally.unmatched,
        unmatched_ore=tally.unmatched_ore,
    )


def document_overdue(late: Late, found_on: date) -> DocumentOverdue:
    return DocumentOverdue(
        client_id=late.client_id,
        document_id=late.document_id,
        customer_id=late.customer_id,
        level=late.level,
        due_date=late.due_date,
        outstanding_ore=late.outstanding_ore,
        found_on=found_on,
    )
