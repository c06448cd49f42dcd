"""Decide a document, or refuse it with everything that is wrong, before any number is taken."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.documents.domain.confirmed import Claim, ConfirmedDocument, DocumentRef
from services.documents.domain.draft import Draft
from services.documents.domain.errors import ClientInactive, CodesMixed, CustomerInactive, TotalNegative
from services.documents.domain.legal_content import missing_content
from services.documents.domain.parties import Parties
from services.documents.domain.pricing import Priced, changing_rates, price, priced_lines
from services.documents.domain.printable import not_printable
from services.documents.domain.ready_to_confirm import ReadyToConfirm, same_content
from services.documents.domain.reminder_terms import reminder_terms_on
from shared.mva import MVA_CODES
from shared.problems import DomainError, refuse
from shared.values import DocumentKind


@dataclass(frozen=True)
class Drafted:
    """A draft about to be confirmed as an invoice or an order confirmation."""

    document_id: UUID
    kind: DocumentKind
    draft: Draft
    refers_to: DocumentRef | None = None


@dataclass(frozen=True)
class Crediting:
    """An invoice about to be credited, and why, in words for the buyer."""

    document_id: UUID
    invoice: ConfirmedDocument
    reason: str | None = None


@dataclass(frozen=True)
class Reminding:
    """An invoice about to be reminded of: the level of the reminder, what is asked for, and what was credited and paid
    of it."""

    document_id: UUID
    invoice: ConfirmedDocument
    level: int
    outstanding_ore: int
    credited_ore: int = 0
    paid_ore: int = 0


def prepare_drafted(drafted: Drafted, parties: Parties, day: date) -> ReadyToConfirm:
    """An invoice or order confirmation, by the law of `day`. Raises Refused with all that is missing or wrong.

    An invoice of nothing (a final invoice after its a-konto invoices) asks for no payment: no KID, no due date.
    """
    priced = price(drafted.draft, day)
    is_invoice = drafted.kind == "invoice"
    asks_payment = is_invoice and priced.total_ore > 0
    document = ReadyToConfirm(
        document_id=drafted.document_id,
        kind=drafted.kind,
        parties=parties,
        content=drafted.draft,
        priced=priced,
        payable_ore=priced.total_ore,
        terms_days=_terms_days(drafted.draft, parties) if asks_payment else None,
        asks_payment=asks_payment,
        refers_to=drafted.refers_to,
    )
    refuse((*_inactive(parties), *_wrong_amounts(document), *missing_content(document, day), *not_printable(document)))
    return document


def prepare_credit_note(crediting: Crediting, parties: Parties, day: date) -> ReadyToConfirm:
    """The whole invoice reversed: the same lines, rates and positive amounts, no KID (bokføringsforskriften § 5-2-7).

    Rates are the original's, whatever they are on `day`: the credit note takes back the tax that was charged.
    """
    priced = priced_lines(crediting.invoice.lines)
    document = ReadyToConfirm(
        document_id=crediting.document_id,
        kind="credit_note",
        parties=parties,
        content=same_content(crediting.invoice).model_copy(update={"note": crediting.reason}),
        priced=priced,
        payable_ore=priced.total_ore,
        refers_to=crediting.invoice.reference(),
    )
    refuse((*missing_content(document, day), *not_printable(document)))
    return document


def prepare_reminder(reminding: Reminding, parties: Parties, day: date) -> ReadyToConfirm:
    """Asks again for what is left, to the invoice's account and KID. A reminder sells nothing: its totals are zero.

    Raises Refused when the parties, as registered now, cannot be printed.
    """
    invoice = reminding.invoice
    document = ReadyToConfirm(
        document_id=reminding.document_id,
        kind="reminder",
        parties=parties,
        content=Draft(customer_id=invoice.buyer.customer_id, lines=()),
        priced=Priced((), (), 0, 0),
        payable_ore=reminding.outstanding_ore,
        terms_days=reminder_terms_on(day).deadline_days,
        kid=invoice.kid,
        account=invoice.account,
        refers_to=invoice.reference(),
        reminder_level=reminding.level,
        claim=_claim(reminding),
    )
    refuse(not_printable(document))
    return document


def _claim(reminding: Reminding) -> Claim | None:
    """As the invoice stands. What is asked for may be less: payments also deducts what the customer has to its good."""
    invoice = reminding.invoice
    if invoice.due_date is None:
        return None
    return Claim(
        due_date=invoice.due_date,
        payable_ore=invoice.payable_ore,
        credited_ore=reminding.credited_ore,
        paid_ore=reminding.paid_ore,
    )


def _terms_days(draft: Draft, parties: Parties) -> int:
    agreed = parties.customer.payment_terms_days
    return agreed if draft.payment_terms_days is None else draft.payment_terms_days


def _inactive(parties: Parties) -> tuple[DomainError, ...]:
    client, customer = parties.client, parties.customer
    closed_client = () if client.active else (ClientInactive(),)
    closed_customer = (
        () if customer.active else (CustomerInactive(pointer="/customer_id", customer_id=customer.customer_id),)
    )
    return (*closed_client, *closed_customer)


def _wrong_amounts(document: ReadyToConfirm) -> tuple[DomainError, ...]:
    return (*changing_rates(document.content), *_mixed_codes(document), *_negative_total(document))


def _mixed_codes(document: ReadyToConfirm) -> tuple[DomainError, ...]:
    """The lines that EHF wants in a document of their own: category O is not mixed with others (EN 16931 BR-O-11)."""
    if len({line.mva_code for line in document.priced.lines}) == 1:
        return ()
    return tuple(
        CodesMixed(pointer=f"/lines/{line.line_no - 1}/mva_code", line=line.line_no, mva_code=line.mva_code)
        for line in document.priced.lines
        if MVA_CODES[line.mva_code].is_outside_scope
    )


def _negative_total(document: ReadyToConfirm) -> tuple[DomainError, ...]:
    if document.kind != "invoice" or document.payable_ore >= 0:
        return ()
    return (TotalNegative(pointer="/lines", total_ore=document.payable_ore),)
