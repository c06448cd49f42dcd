"""A delivery: one document on its way to its recipient for one purpose, along the channels that were agreed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from shared.contracts.values import Artefact, DocumentSummary, Seller
from shared.values import Channel

State = Literal["ready", "sending", "uncertain", "in_print", "handed_over", "undeliverable"]
"""`uncertain`: the whole mail was sent, and whether it was taken is not known. Neither sent again nor given up."""

STATES: tuple[State, ...] = get_args(State)
ORIGINAL = "original"


@dataclass(frozen=True)
class Delivery:
    """A delivery as it stands. `attempt` counts every time it was taken up; only the newest may change its state."""

    delivery_id: UUID
    client_id: UUID
    document: DocumentSummary
    seller: Seller
    pdf: Artefact
    channels: tuple[Channel, ...]
    channel: Channel | None
    email: str | None
    message_id: str
    state: State
    attempt: int
    failures: int
    """Deferrals in a row on the present channel: the rung of the ladder."""
    promised_at: datetime
    created_at: datetime
    correlation_id: str
    causation_id: UUID | None


def message_id(delivery_id: UUID, purpose: str, domain: str) -> str:
    """The Message-ID without its angle brackets: the same for every attempt, so that it can be asked for."""
    return f"{delivery_id}.{purpose}@{domain}"
