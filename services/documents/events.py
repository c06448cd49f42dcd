"""Between this service's values and the contracts: what it publishes, and what others' events mean here."""

from datetime import date

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.draft import Draft, DraftVersion
from services.documents.domain.parties import Client, Customer
from services.documents.domain.reactions import DeliveryUpdate, OverdueClaim
from services.documents.domain.timeline import TimelineEvent, What
from shared.clock import oslo_date
from shared.contracts.customers import ClientChanged, CustomerChanged
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.payments import DocumentOverdue, DocumentReopened, DocumentSettled, MatchUndone, PaymentMatched
from shared.contracts.rendering import DocumentHeld
from shared.contracts.values import Buyer, Claim, DeliveryAgreement, DocumentSummary, Line, Seller
from shared.db.audit import Change


def document_confirmed(document: ConfirmedDocument) -> DocumentConfirmed:
    """Everything that subscribers need of the document, so that none of them has to ask."""
    return DocumentConfirmed(
        client_id=document.client_id,
        document=_summary(document),
        seller=Seller.model_validate(document.seller),
        buyer=Buyer.model_validate(document.buyer),
        delivery=DeliveryAgreement.model_validate(document.delivery),
        lines=tuple(Line.model_validate(line) for line in document.lines),
        delivered_on=document.delivered_on,
        delivered_until=document.delivered_until,
        delivery_place=document.delivery_place,
        delivery_country=document.delivery_country,
        your_reference=document.your_reference,
        our_reference=document.our_reference,
        order_number=document.order_number,
        note=document.note,
        outstanding_ore=document.payable_ore if document.kind == "reminder" else None,
        claim=None if document.claim is None else Claim.model_validate(document.claim),
        layout=document.layout,
    )


def _summary(document: ConfirmedDocument) -> DocumentSummary:
    buyer = document.buyer
    customer = {
        "customer_id": buyer.customer_id,
        "customer_number": buyer.customer_number,
        "customer_name": buyer.name,
    }
    return DocumentSummary.model_validate({**dict(document), **customer})


def client(event: ClientChanged) -> Client:
    return Client.model_validate(event)


def customer(event: CustomerChanged) -> Customer:
    return Customer.model_validate(event)


def held(event: DocumentHeld, today: date) -> DeliveryUpdate:
    line = TimelineEvent(event.client_id, event.document_id, "held", today, key=event.code, detail=event.reason)
    return DeliveryUpdate(line, "held", event.reason)


def dispatched(event: DocumentDispatched) -> DeliveryUpdate:
    day, key = oslo_date(event.handed_over_at), str(event.delivery_id)
    document_id = event.document.document_id
    line = TimelineEvent(event.client_id, document_id, "dispatched", day, key=key, detail=event.channel)
    return DeliveryUpdate(line, "dispatched")


def delayed(event: DocumentDelayed, today: date) -> DeliveryUpdate:
    line = TimelineEvent(event.client_id, event.document.document_id, "delayed", today, detail=event.reason)
    return DeliveryUpdate(line, "delayed", event.reason)


def undeliverable(event: DocumentUndeliverable, today: date) -> DeliveryUpdate:
    line = TimelineEvent(event.client_id, event.document.document_id, "undeliverable", today, detail=event.reason)
    return DeliveryUpdate(line, "undeliverable", event.reason)


def payment_received(event: PaymentMatched) -> TimelineEvent:
    return TimelineEvent(
        event.client_id,
        event.document_id,
        "payment_received",
        event.paid_on,
        key=str(event.match_id or event.payment_id),
        detail=event.kind,
        amount_ore=event.amount_ore,
    )


def payment_undone(event: MatchUndone) -> TimelineEvent:
    return TimelineEvent(
        event.client_id,
        event.document_id,
        "payment_undone",
        event.undone_on,
        key=str(event.match_id),
        detail=event.reason,
        amount_ore=-event.amount_ore,
    )


def settled(event: DocumentSettled) -> TimelineEvent:
    return _turn("settled", event, event.settled_on)


def reopened(event: DocumentReopened) -> TimelineEvent:
    return _turn("reopened", event, event.reopened_on)


def _turn(what: What, event: DocumentSettled | DocumentReopened, on: date) -> TimelineEvent:
    """The key of the first time is empty, as it was before invoices could be reopened."""
    again = None if event.settlement == 1 else event.settlement
    return TimelineEvent(event.client_id, event.document_id, what, on, key=str(again or ""), number=again)


def overdue(event: DocumentOverdue) -> OverdueClaim:
    return OverdueClaim.model_validate(event)


def draft_change(resource: str, draft: DraftVersion, *, before: Draft, after: Draft | None = None) -> Change:
    """For the audit. Confirmed documents are kept unchanged, so that their entries only name them."""
    return Change(
        resource,
        draft.draft_id,
        before=before.model_dump(mode="json"),
        after=None if after is None else after.model_dump(mode="json"),
    )
