"""Between the domain and the contracts: events received become domain values, decisions become events to publish."""

from datetime import date
from uuid import UUID

from services.payments.domain.claim import Claim, CreditNote, Invoice, OverdueClaim, Receipt, SentInvoice
from services.payments.domain.claim_hold import ClaimHold
from services.payments.domain.client_account import ClientAccount
from services.payments.domain.matching import Matched, Unmatched
from services.payments.domain.payment import Match, Payment, RefundedPart, Undone
from services.payments.domain.tally import Tally
from shared.clock import oslo_date
from shared.contracts.customers import ClientChanged
from shared.contracts.delivery import DocumentDispatched
from shared.contracts.payments import (
    BankFileImported,
    DocumentOverdue,
    DocumentReopened,
    DocumentSettled,
    MatchUndone,
    PaymentMatched,
    PaymentRefunded,
    PaymentUnmatched,
)
from shared.contracts.values import DocumentSummary
from shared.db.audit import Change
from shared.kid import KidAgreement, KidAlgorithm


def client_account(event: ClientChanged) -> ClientAccount:
    agreement = KidAgreement(KidAlgorithm(event.kid.algorithm), event.kid.length)
    return ClientAccount(event.client_id, event.bank_account, event.version, agreement)


def invoice(document: DocumentSummary) -> Invoice:
    return Invoice(
        client_id=document.client_id,
        document_id=document.document_id,
        number=document.number,
        customer_id=document.customer_id,
        customer_name=document.customer_name,
        account=document.account,
        kid=document.kid,
        document_date=document.document_date,
        due_date=document.due_date,
        payable_ore=document.payable_ore,
    )


def credit_note(document: DocumentSummary, invoice_id: UUID) -> CreditNote:
    return CreditNote(
        client_id=document.client_id,
        document_id=document.document_id,
        invoice_id=invoice_id,
        amount_ore=document.total_ore,
        document_date=document.document_date,
    )


def sent_invoice(event: DocumentDispatched) -> SentInvoice | None:
    """None for documents that claim nothing."""
    if event.document.kind != "invoice":
        return None
    return SentInvoice(event.client_id, event.document.document_id, oslo_date(event.handed_over_at))


def payment_decided(decision: Matched | Unmatched) -> PaymentMatched | PaymentUnmatched:
    return payment_matched(decision) if isinstance(decision, Matched) else payment_unmatched(decision)


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
        match_id=match.match_id,
        matched_on=match.matched_on,
        from_clearing=match.cleared_on is not None,
    )


def payment_unmatched(unmatched: Unmatched) -> PaymentUnmatched:
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
    """Raises ValueError for a claim that is not settled."""
    if claim.settled_on is None:
        raise ValueError(f"claim {claim.document_id} is not settled: {claim.outstanding_ore} øre are left")
    return DocumentSettled(
        client_id=claim.client_id,
        document_id=claim.document_id,
        customer_id=claim.customer_id,
        settled_on=claim.settled_on,
        settlement=claim.settlements,
    )


def document_reopened(claim: Claim, on: date) -> DocumentReopened:
    return DocumentReopened(
        client_id=claim.client_id,
        document_id=claim.document_id,
        customer_id=claim.customer_id,
        reopened_on=on,
        settlement=claim.settlements,
        outstanding_ore=claim.outstanding_ore,
    )


def claim_turned(before: Claim, after: Claim, on: date) -> DocumentSettled | DocumentReopened | None:
    """None when the claim is as open or settled as before."""
    if before.settled_on is None and after.settled_on is not None:
        return document_settled(after)
    if before.settled_on is not None and after.settled_on is None:
        return document_reopened(after, on)
    return None


def match_undone(match: Match, undone: Undone, receipt: Receipt, claim: Claim) -> MatchUndone:
    return MatchUndone(
        client_id=receipt.client_id,
        match_id=match.match_id,
        payment_id=receipt.payment_id,
        document_id=claim.document_id,
        customer_id=claim.customer_id,
        reason=undone.reason,
        account=receipt.account,
        kid=receipt.kid,
        paid_on=receipt.paid_on,
        undone_on=undone.on,
        amount_ore=match.amount_ore,
        remaining_ore=claim.outstanding_ore,
    )


def payment_change(before: Payment, after: Payment) -> Change:
    """For the audit: what of the payment lies where."""
    return Change("payments", before.receipt.payment_id, before=_places(before), after=_places(after))


def _places(payment: Payment) -> dict[str, object]:
    names = ("state", "matched_ore", "refunded_ore", "unmatched_ore")
    return {name: getattr(payment, name) for name in names}


def hold_change(before: ClaimHold | None, after: ClaimHold) -> Change:
    """For the audit: why a claim is on hold, and until when."""
    return Change("claims", after.document_id, before=None if before is None else _held(before), after=_held(after))


def _held(hold: ClaimHold) -> dict[str, object]:
    until = None if hold.until is None else hold.until.isoformat()
    return {"is_held": hold.released is None, "reason": hold.reason, "until": until}


def payment_refunded(refund: RefundedPart, receipt: Receipt) -> PaymentRefunded:
    return PaymentRefunded(
        client_id=receipt.client_id,
        refund_id=refund.id,
        payment_id=receipt.payment_id,
        account=receipt.account,
        kid=receipt.kid,
        paid_on=receipt.paid_on,
        refunded_on=refund.refunded_on,
        amount_ore=refund.amount_ore,
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


def document_overdue(claim: OverdueClaim, found_on: date) -> DocumentOverdue:
    return DocumentOverdue(
        client_id=claim.client_id,
        document_id=claim.document_id,
        customer_id=claim.customer_id,
        level=claim.level,
        due_date=claim.due_date,
        outstanding_ore=claim.outstanding_ore,
        found_on=found_on,
    )
