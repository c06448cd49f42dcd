"""Accept rendered documents: a delivery for each, waiting for its first usable channel."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.delivery import events
from services.delivery.domain.delivery import ORIGINAL, Delivery, message_id
from services.delivery.domain.machine import Change, Terms, start_on
from services.delivery.domain.routing import route
from services.delivery.store import deliveries
from services.delivery.usecases.deliveries.follow_up import follow_up
from shared.batches import first_by_key
from shared.contracts.rendering import DocumentRendered
from shared.db.database import UnitOfWork
from shared.ids import new_id
from shared.messaging.subscription import Received


async def accept_documents(
    work: UnitOfWork, messages: Sequence[Received[DocumentRendered]], terms: Terms, domain: str
) -> int:
    """How many were new. `domain` is that of the Message-IDs.

    A document that no agreed channel can carry becomes undeliverable at once, with the reason.
    """
    # The insert alone would take a document's second message in a batch for a conflict with the first.
    firsts = first_by_key(messages, lambda message: (message.event.client_id, message.event.document.document_id))
    pairs = [_new_delivery(work, message, terms, domain) for message in firsts.values()]
    pairs = await _in_reply(work, pairs)
    new = await deliveries.insert_new(work.session, pairs)
    await follow_up(work, [(delivery, change) for delivery, change in pairs if delivery.delivery_id in new], terms)
    return len(new)


async def _in_reply(work: UnitOfWork, pairs: list[tuple[Delivery, Change]]) -> list[tuple[Delivery, Change]]:
    """A reminder's mail belongs under its invoice's, and a credit note's: mail programs show them together."""
    referred = {delivery.delivery_id: _referred(delivery) for delivery, _ in pairs}
    mailed = await deliveries.mailed(work.session, {key for key in referred.values() if key is not None})
    replies = {delivery_id: mailed[key] for delivery_id, key in referred.items() if key in mailed}
    return [(replace(delivery, in_reply_to=replies.get(delivery.delivery_id)), change) for delivery, change in pairs]


def _referred(delivery: Delivery) -> tuple[UUID, UUID] | None:
    refers_to = delivery.document.refers_to
    return None if refers_to is None else (delivery.client_id, refers_to.document_id)


def _new_delivery(
    work: UnitOfWork, message: Received[DocumentRendered], terms: Terms, domain: str
) -> tuple[Delivery, Change]:
    """A delivery not yet on any channel, and the change that puts it on its first."""
    delivery_id, now = new_id(), work.clock.now()
    rendered = events.rendered_document(message.event)
    chosen = route(rendered, terms.channels)
    change = start_on(chosen, now, terms)
    delivery = Delivery(
        delivery_id=delivery_id,
        client_id=rendered.client_id,
        document=rendered.document,
        seller=rendered.seller,
        recipient=rendered.recipient,
        artefacts=rendered.artefacts,
        channels=chosen.channels,
        channel=change.channel,
        message_id=message_id(delivery_id, ORIGINAL, domain),
        state="ready",
        attempt=0,
        failures=0,
        promised_at=change.promised_at,
        created_at=now,
        correlation_id=message.cause.correlation_id,
        causation_id=message.cause.causation_id,
    )
    return delivery, change
