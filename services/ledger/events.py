"""Events as the domain's own values, and entries as the event that this service publishes."""

from datetime import date
from typing import get_args
from uuid import UUID

from services.ledger.domain.entry import Entry, SaleKind
from services.ledger.domain.payment_rules import Movement, MovementKind, PaidClaim
from services.ledger.domain.posting_rules import SoldDocument
from shared.contracts.ledger import ClearingPosted, EntryPosted, Posting
from shared.contracts.payments import MatchUndone, PaymentMatched, PaymentRefunded, PaymentUnmatched
from shared.contracts.values import DocumentSummary


def sold_document(document: DocumentSummary | None) -> SoldDocument | None:
    """None for order confirmations and reminders, which are not posted, and for an event without the document."""
    if document is None or document.kind not in get_args(SaleKind):
        return None
    return SoldDocument.model_validate(document)


def matched(event: PaymentMatched) -> Movement:
    """A payment that was matched when it came, or one that is taken from clearing."""
    match_id = event.match_id or event.payment_id
    return Movement(
        kind="cleared" if event.from_clearing else "matched",
        client_id=event.client_id,
        source_id=match_id if event.from_clearing else event.payment_id,
        paid_on=event.paid_on,
        moved_on=event.matched_on or event.paid_on,
        kid=event.kid or None,
        amount_ore=event.amount_ore,
        claim=_claim(event),
    )


def unmatched(event: PaymentUnmatched) -> Movement:
    return _movement("unmatched", event, event.payment_id, event.paid_on)


def undone(event: MatchUndone) -> Movement:
    movement = _movement("undone", event, event.match_id, event.undone_on)
    return movement.model_copy(update={"claim": _claim(event)})


def refunded(event: PaymentRefunded) -> Movement:
    return _movement("refunded", event, event.refund_id, event.refunded_on)


def posted(entry: Entry) -> EntryPosted | ClearingPosted:
    """An entry without a customer is an event of its own."""
    content = entry.content
    postings = tuple(Posting.model_validate(posting) for posting in content.postings)
    if content.document_id is None or content.customer_id is None:
        return ClearingPosted(
            client_id=content.client_id,
            entry_id=entry.id,
            entry_number=entry.number,
            entry_date=content.entry_date,
            source_id=content.source_id,
            text=content.text,
            postings=postings,
        )
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
        postings=postings,
    )


def _movement(
    kind: MovementKind, event: PaymentUnmatched | MatchUndone | PaymentRefunded, source_id: UUID, moved_on: date
) -> Movement:
    return Movement(
        kind=kind,
        client_id=event.client_id,
        source_id=source_id,
        paid_on=event.paid_on,
        moved_on=moved_on,
        kid=event.kid,
        amount_ore=event.amount_ore,
    )


def _claim(event: PaymentMatched | MatchUndone) -> PaidClaim:
    return PaidClaim(document_id=event.document_id, customer_id=event.customer_id)
