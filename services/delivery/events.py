"""Contracts in, contracts out: a rendered document as domain values, and the events that delivery publishes."""

from services.delivery.domain import document as domain
from services.delivery.domain import machine
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.print_job import PrintJob
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.rendering import DocumentRendered
from shared.contracts.values import DocumentSummary
from shared.db.audit import Change

DISPATCHED = DocumentDispatched.TYPE
UNDELIVERABLE = DocumentUndeliverable.TYPE


def rendered_document(event: DocumentRendered) -> domain.RenderedDocument:
    address = event.buyer.address
    return domain.RenderedDocument(
        client_id=event.client_id,
        document=domain.Document.model_validate(event.document),
        seller=domain.Seller.model_validate(event.seller),
        recipient=domain.Recipient(
            email=event.delivery.email or event.buyer.email,
            postal_code=address.postal_code,
            city=address.city,
            country=address.country,
        ),
        channels=event.delivery.channels,
        artefacts=tuple(domain.Artefact.model_validate(artefact) for artefact in event.artefacts),
    )


def dispatched(delivery: Delivery, change: machine.Change) -> DocumentDispatched:
    assert change.channel is not None
    assert change.handed_over_at is not None
    return DocumentDispatched(
        client_id=delivery.client_id,
        document=_summary(delivery),
        delivery_id=delivery.delivery_id,
        channel=change.channel,
        handed_over_at=change.handed_over_at,
        receipt=change.receipt or "",
    )


def undeliverable(delivery: Delivery, change: machine.Change) -> DocumentUndeliverable:
    return DocumentUndeliverable(client_id=delivery.client_id, document=_summary(delivery), reason=change.reason or "")


def delayed(delivery: Delivery, reason: str) -> DocumentDelayed:
    return DocumentDelayed(client_id=delivery.client_id, document=_summary(delivery), reason=reason)


def _summary(delivery: Delivery) -> DocumentSummary:
    return DocumentSummary.model_validate(delivery.document)


def print_job_change(before: PrintJob | None, after: PrintJob) -> Change:
    """For the audit, by what a claim or a report changes: its token is a secret, and its file is kept unchanged."""
    return Change(
        "print-jobs",
        after.print_job_id,
        before=None if before is None else {"state": before.state, "claim_no": before.claim_no},
        after={"state": after.state, "claim_no": after.claim_no, "delivery_id": str(after.delivery_id)},
        client_id=after.client_id,
    )
