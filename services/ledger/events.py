"""Events as the domain's own values, and entries as the event that this service publishes."""

from typing import get_args

from services.ledger.domain.entry import Entry, SaleKind
from services.ledger.domain.posting_rules import ReceivedPayment, SoldDocument
from shared.contracts.ledger import EntryPosted, Posting
from shared.contracts.payments import PaymentMatched
from shared.contracts.values import DocumentSummary


def sold_document(document: DocumentSummary | None) -> SoldDocument | None:
    """None for order confirmations and reminders, which are not posted, and for an event without the document."""
    if document is None or document.kind not in get_args(SaleKind):
        return None
    return SoldDocument.model_validate(document)


def received_payment(event: PaymentMatched) -> ReceivedPayment:
    return ReceivedPayment.model_validate(event)


def entry_posted(entry: Entry) -> EntryPosted:
    content = entry.content
    return EntryPosted(
        client_id=content.client_id,
        entry_id=entry.id,
        entry_number=entry.number,
        entry_date=content.entry_date,
        source=content.source,
        source_id=content.source_id,
        document_id=content.document_id,
        customer_id=content.customer_id,
        text=content.text,
        postings=tuple(Posting.model_validate(posting) for posting in content.postings),
    )
