"""Example events and values for the ledger, made from the documents of `examples_documents`."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.ledger.domain.payment_rules import Movement
from services.ledger.domain.posting_rules import SoldDocument
from services.ledger.events import matched, sold_document
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.payments import MatchUndone, PaymentMatched, PaymentRefunded, PaymentUnmatched
from shared.contracts.rendering import DocumentHeld
from shared.contracts.values import DocumentRef, DocumentSummary
from shared.ids import new_id
from tests.support.examples_documents import a_credit_note, a_line, an_invoice


def a_sale(number: int = 1001, kroner: str = "1000", code: str = "3", **overrides: Any) -> DocumentSummary:
    """An invoice of one line, so that its entry is easy to read: 1000 kr and 250 kr MVA by default."""
    lines = (a_line(1, quantity=Decimal(1), unit_price=Decimal(kroner), mva_code=code),)
    return an_invoice(lines, number=number, kid=f"{number}7", **overrides).document


def a_credit_of(invoice: DocumentSummary, number: int = 2001, kroner: str = "400", **overrides: Any) -> DocumentSummary:
    """A credit note of one line with 25 % MVA on this invoice: 500 kr by default."""
    lines = (a_line(1, quantity=Decimal(1), unit_price=Decimal(kroner)),)
    refers_to = DocumentRef(
        document_id=invoice.document_id, kind="invoice", number=invoice.number, document_date=invoice.document_date
    )
    values: dict[str, Any] = {
        "client_id": invoice.client_id,
        "customer_id": invoice.customer_id,
        "refers_to": refers_to,
    }
    return a_credit_note(lines, number=number, **(values | overrides)).document


def dispatched(document: DocumentSummary) -> DocumentDispatched:
    return DocumentDispatched(
        client_id=document.client_id,
        document=document,
        delivery_id=new_id(),
        channel="email",
        handed_over_at=datetime(2026, 11, 23, 11, 0, tzinfo=UTC),
        receipt="250 2.0.0 Ok: queued",
    )


def delayed(document: DocumentSummary) -> DocumentDelayed:
    return DocumentDelayed(client_id=document.client_id, document=document, reason="450 mailbox busy")


def undeliverable(document: DocumentSummary) -> DocumentUndeliverable:
    return DocumentUndeliverable(client_id=document.client_id, document=document, reason="550 no such user")


def held(document: DocumentSummary, **overrides: Any) -> DocumentHeld:
    values: dict[str, Any] = {"document": document, "code": "logo-missing", "reason": "Logoen finnes ikke i lageret."}
    values |= {"client_id": document.client_id, "document_id": document.document_id}
    return DocumentHeld(**values | overrides)


def paid(invoice: DocumentSummary, amount_ore: int | None = None, **overrides: Any) -> PaymentMatched:
    """A payment of the invoice, in full unless an amount is given."""
    amount = invoice.payable_ore if amount_ore is None else amount_ore
    values: dict[str, Any] = {
        "client_id": invoice.client_id,
        "payment_id": new_id(),
        "document_id": invoice.document_id,
        "customer_id": invoice.customer_id,
        "kind": "exact" if amount == invoice.payable_ore else "partial" if amount < invoice.payable_ore else "over",
        "account": invoice.account,
        "kid": invoice.kid,
        "paid_on": date(2026, 12, 1),
        "amount_ore": amount,
        "remaining_ore": invoice.payable_ore - amount,
    }
    return PaymentMatched(**values | overrides)


def cleared(
    payment: PaymentUnmatched, invoice: DocumentSummary, amount_ore: int | None = None, **overrides: Any
) -> PaymentMatched:
    """The payment, which was unmatched, matched to the invoice a week later."""
    values: dict[str, Any] = {"payment_id": payment.payment_id, "kid": payment.kid or "", "paid_on": payment.paid_on}
    later = {"match_id": new_id(), "matched_on": date(2026, 12, 8), "from_clearing": True}
    return paid(invoice, amount_ore or payment.amount_ore, **(values | later | overrides))


def unmatched(invoice: DocumentSummary, amount_ore: int, **overrides: Any) -> PaymentUnmatched:
    """A payment to the seller of the invoice that nobody knows the claim of."""
    values: dict[str, Any] = {"client_id": invoice.client_id, "payment_id": new_id(), "account": invoice.account}
    values |= {"kid": None, "paid_on": date(2026, 12, 1), "amount_ore": amount_ore, "reason": "unknown_kid"}
    return PaymentUnmatched(**values | overrides)


def undone(match: PaymentMatched, **overrides: Any) -> MatchUndone:
    """The match undone two weeks after the payment."""
    same = match.model_dump(exclude={"kind", "matched_on", "from_clearing"})
    values = same | {"match_id": match.match_id or match.payment_id, "reason": "by_hand"}
    return MatchUndone(**values | {"undone_on": date(2026, 12, 15)} | overrides)


def refunded(payment: PaymentUnmatched, amount_ore: int, **overrides: Any) -> PaymentRefunded:
    same = payment.model_dump(exclude={"reason"})
    values = same | {"refund_id": new_id(), "amount_ore": amount_ore, "refunded_on": date(2026, 12, 16)}
    return PaymentRefunded(**values | overrides)


def sold(document: DocumentSummary) -> SoldDocument:
    """The document as the ledger's own value."""
    sale = sold_document(document)
    assert sale is not None
    return sale


def received(invoice: DocumentSummary, amount_ore: int | None = None, **overrides: Any) -> Movement:
    """A payment of the invoice, as the ledger's own value."""
    return matched(paid(invoice, amount_ore, **overrides))
