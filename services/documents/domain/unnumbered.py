"""A document ready to be confirmed: everything decided but its number and date, which are taken last."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.documents.domain.draft import Draft
from services.documents.domain.errors import KidDoesNotFit
from services.documents.domain.pricing import Priced
from shared.contracts.customers import ClientChanged, CustomerChanged
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import Buyer, DeliveryAgreement, DocumentRef, DocumentSummary, Seller
from shared.kid import KidAgreement, KidAlgorithm, KidError, make_kid
from shared.values import DocumentKind


@dataclass(frozen=True)
class Parties:
    """Seller and buyer as this service knows them now; frozen into the document."""

    client: ClientChanged
    customer: CustomerChanged


@dataclass(frozen=True)
class ReadyToConfirm:
    """`terms_days` None: nothing falls due. A KID is made from the number when `asks_payment`, unless one is given."""

    document_id: UUID
    kind: DocumentKind
    parties: Parties
    content: Draft
    priced: Priced
    payable_ore: int
    terms_days: int | None = None
    asks_payment: bool = False
    kid: str | None = None
    account: str | None = None
    refers_to: DocumentRef | None = None
    reminder_level: int | None = None

    @property
    def series(self) -> str:
        """Each kind counts for itself: confirmations and reminders, no sales documents, take none of their numbers."""
        return self.kind


def freeze(document: ReadyToConfirm, number: int, day: date) -> DocumentConfirmed:
    """The full snapshot under its number and date. Raises KidDoesNotFit."""
    client, customer, content = document.parties.client, document.parties.customer, document.content
    return DocumentConfirmed(
        client_id=client.client_id,
        document=_summary(document, number, day),
        seller=_seller(client),
        buyer=_buyer(customer),
        delivery=DeliveryAgreement(channels=customer.channels, email=customer.email),
        lines=document.priced.lines,
        delivered_on=content.delivered_on,
        delivered_until=content.delivered_until,
        delivery_place=content.delivery_place or (place_of(customer) if content.delivered_on else None),
        your_reference=content.your_reference,
        our_reference=content.our_reference,
        order_number=content.order_number,
        note=content.note,
        outstanding_ore=document.payable_ore if document.kind == "reminder" else None,
    )


def place_of(customer: CustomerChanged) -> str:
    """Where things are delivered unless said otherwise: the buyer's address, on one line."""
    address = customer.address
    return ", ".join(part for part in (*address.lines, f"{address.postal_code} {address.city}".strip()) if part)


def same_content(snapshot: DocumentConfirmed) -> Draft:
    """What a document that is made from another says of the supply: the same as the original."""
    return Draft(
        customer_id=snapshot.buyer.customer_id,
        lines=(),
        delivered_on=snapshot.delivered_on,
        delivered_until=snapshot.delivered_until,
        delivery_place=snapshot.delivery_place,
        your_reference=snapshot.your_reference,
        our_reference=snapshot.our_reference,
        order_number=snapshot.order_number,
    )


def _summary(document: ReadyToConfirm, number: int, day: date) -> DocumentSummary:
    client, customer, priced = document.parties.client, document.parties.customer, document.priced
    return DocumentSummary(
        document_id=document.document_id,
        client_id=client.client_id,
        kind=document.kind,
        series=document.series,
        number=number,
        document_date=day,
        due_date=None if document.terms_days is None else day + timedelta(days=document.terms_days),
        language=customer.language,
        customer_id=customer.customer_id,
        customer_number=customer.customer_number,
        customer_name=customer.name,
        account=document.account or (client.bank_account if document.asks_payment else None),
        kid=document.kid or (_kid(document, number) if document.asks_payment else None),
        mva_totals=priced.mva_totals,
        net_ore=priced.net_ore,
        mva_ore=priced.mva_ore,
        total_ore=priced.total_ore,
        payable_ore=document.payable_ore,
        refers_to=document.refers_to,
        reminder_level=document.reminder_level,
    )


def _kid(document: ReadyToConfirm, number: int) -> str:
    client, customer = document.parties.client, document.parties.customer
    try:
        agreement = KidAgreement(KidAlgorithm(client.kid.algorithm), client.kid.length)
        return make_kid(agreement, customer.customer_number, number)
    except KidError as error:
        raise KidDoesNotFit(
            length=client.kid.length,
            algorithm=client.kid.algorithm,
            customer_number=customer.customer_number,
            number=number,
        ) from error


def _seller(client: ClientChanged) -> Seller:
    return Seller.model_validate({name: getattr(client, name) for name in Seller.model_fields})


def _buyer(customer: CustomerChanged) -> Buyer:
    return Buyer.model_validate({name: getattr(customer, name) for name in Buyer.model_fields})
