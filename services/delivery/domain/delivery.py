"""A delivery: one document on its way to its recipient, along the agreed channels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from services.delivery.domain.document import Artefact, Document, Recipient, Seller
from shared.values import Channel

State = Literal["ready", "sending", "uncertain", "in_print", "handed_over", "undeliverable"]
"""`uncertain`: everything was sent, but it is not known whether it was taken. Neither sent again nor given up."""

STATES: tuple[State, ...] = get_args(State)
ORIGINAL = "original"


@dataclass(frozen=True)
class Delivery:
    """A delivery as it stands. `attempt` counts the times it was claimed; only the newest may change its state."""

    delivery_id: UUID
    client_id: UUID
    document: Document
    seller: Seller
    recipient: Recipient
    artefacts: tuple[Artefact, ...]
    channels: tuple[Channel, ...]
    """The usable ones, in order of preference."""
    channel: Channel | None
    """The present one; None when no channel could be used at all."""
    message_id: str
    state: State
    attempt: int
    failures: int
    """Deferrals in a row on the present channel: the step of the back-off."""
    promised_at: datetime
    created_at: datetime
    correlation_id: str
    causation_id: UUID | None
    in_reply_to: str | None = None
    """The Message-ID of the mail that carried the document which this one refers to, if it went by mail."""


def message_id(delivery_id: UUID, purpose: str, domain: str) -> str:
    """The Message-ID without angle brackets. The same for every attempt, so that the mail log can be asked for it."""
    return f"{delivery_id}.{purpose}@{domain}"
