"""A document ready to be confirmed: everything is decided but its number and date, which are taken last."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.documents.domain.confirmed import Buyer, Claim, ConfirmedDocument, DeliveryAgreement, DocumentRef, Seller
from services.documents.domain.draft import Draft
from services.documents.domain.errors import KidDoesNotFit
from services.documents.domain.parties import Customer, Parties
from services.documents.domain.pricing import Priced
from shared.kid import KidAgreement, KidAlgorithm, KidError, make_kid
from shared.values import DocumentKind


@dataclass(frozen=True)
class ReadyToConfirm:
    """`terms_days` None: nothing falls due. With `asks_payment` a KID is made from the number, unless one is given."""

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
    claim: Claim | None = None

    @property
    def series(self) -> str:
        """Each kind has its own series: confirmations and reminders take no numbers of sales documents."""
        return self.kind


def freeze(document: ReadyToConfirm, number: int, day: date) -> ConfirmedDocument:
    """The document under its number and date. Raises KidDoesNotFit."""
    client, customer, content = document.parties.client, document.parties.customer, document.content
    return ConfirmedDocument(
        client_id=client.client_id,
        document_id=document.document_id,
        kind=document.kind,
        series=document.series,
        number=number,
        document_date=day,
        due_date=None if document.terms_days is None else day + timedelta(days=document.terms_days),
        language=customer.language,
        seller=Seller.model_validate(client),
        buyer=Buyer.model_validate(customer),
        delivery=DeliveryAgreement.model_validate(customer),
        lines=document.priced.lines,
        mva_totals=document.priced.mva_totals,
        net_ore=document.priced.net_ore,
        mva_ore=document.priced.mva_ore,
        total_ore=document.priced.total_ore,
        payable_ore=document.payable_ore,
        account=document.account or (client.bank_account if document.asks_payment else None),
        kid=document.kid or (_kid(document, number) if document.asks_payment else None),
        refers_to=document.refers_to,
        reminder_level=document.reminder_level,
        claim=document.claim,
        delivered_on=content.delivered_on,
        delivered_until=content.delivered_until,
        delivery_place=content.delivery_place or (place_of(customer) if content.delivered_on else None),
        delivery_country=country_of_delivery(content, customer) if content.delivered_on else content.delivery_country,
        your_reference=content.your_reference,
        our_reference=content.our_reference,
        order_number=content.order_number,
        note=content.note,
    )


def place_of(customer: Customer) -> str:
    """Where things are delivered unless agreed otherwise: the buyer's address, on one line."""
    address = customer.address
    return ", ".join(part for part in (*address.lines, f"{address.postal_code} {address.city}".strip()) if part)


def country_of_delivery(content: Draft, customer: Customer) -> str | None:
    """ISO 3166-1 alpha-2; None where only the place is written."""
    buyers_own = None if content.delivery_place else customer.address.country
    return content.delivery_country or buyers_own


def same_content(original: ConfirmedDocument) -> Draft:
    """The delivery and references of a document, for one that is made from it; without lines and note."""
    return Draft(
        customer_id=original.buyer.customer_id,
        lines=(),
        delivered_on=original.delivered_on,
        delivered_until=original.delivered_until,
        delivery_place=original.delivery_place,
        delivery_country=original.delivery_country,
        your_reference=original.your_reference,
        our_reference=original.our_reference,
        order_number=original.order_number,
    )


def _kid(document: ReadyToConfirm, number: int) -> str:
    kid, customer_number = document.parties.client.kid, document.parties.customer.customer_number
    try:
        return make_kid(KidAgreement(KidAlgorithm(kid.algorithm), kid.length), customer_number, number)
    except KidError as error:
        raise KidDoesNotFit(
            length=kid.length, algorithm=kid.algorithm, customer_number=customer_number, number=number
        ) from error
