"""The request and response bodies."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.delivery.domain.delivery import State
from services.delivery.domain.outcome import Phase, Recorded
from services.delivery.domain.print_job import PrintState
from shared.http.bodies import Answer, Body, example
from shared.values import Channel, DocumentKind, Sha256

_EXAMPLE = "1.5f1d6c0a8d0e4c0b9a57c3b3f6a1e2d4"
Token = Annotated[str, Field(min_length=1, max_length=100)]
LeaseSeconds = Annotated[int, Field(ge=30, le=7200, description="How long the claim lasts, in seconds.")]
Sheets = Annotated[int, Field(ge=1, le=10_000, description="Sheets of paper put in the envelope.")]


class DeliveryAnswer(Answer):
    """A delivery. `uncertain`: it was sent, but it is not known whether it was taken; see `resolve`."""

    id: UUID
    document_id: UUID
    kind: DocumentKind
    number: int
    state: State
    channel: Channel | None
    channels: list[Channel]
    email: str | None
    """The agreed address, whether or not it can be used."""
    message_id: str
    attempt: int
    next_attempt_at: datetime | None
    promised_at: datetime
    delayed_at: datetime | None
    handed_over_at: datetime | None
    receipt: str | None
    reason: str | None
    created_at: datetime


class AttemptAnswer(Answer):
    """An attempt and its outcome. For letters, `attempt` is the claim number of the print job."""

    attempt: int
    channel: Channel
    outcome: Recorded
    phase: Phase
    text: str
    at: datetime


class DeliveryWithAttempts(DeliveryAnswer):
    attempts: list[AttemptAnswer]


class Resolution(Body):
    """What a person found out about an uncertain delivery."""

    model_config = example({"handed_over": True})

    handed_over: Annotated[bool, Field(strict=True, description="Whether it reached the recipient's mail server.")]


class ClaimBody(Body):
    model_config = example({"max": 20, "lease_seconds": 900})

    max: Annotated[int, Field(ge=1, le=200, description="The most jobs to claim.")] = 20
    lease_seconds: LeaseSeconds = 900


class PrintJobAnswer(Answer):
    """A letter in the print queue."""

    id: UUID
    client_id: UUID
    document_id: UUID
    kind: DocumentKind
    number: int
    seller: str
    customer: str
    state: PrintState
    claim_no: int
    maybe_printed: bool
    pages: int
    sheets: int
    sha256: str
    size_bytes: int
    filename: str
    lease_seconds: float
    created_at: datetime
    posted_at: datetime | None
    reason: str | None


class ClaimedJob(PrintJobAnswer):
    """A job that is yours until the lease is over. `maybe_printed`: look it up in your journal before printing."""

    token: str
    pdf: str
    """Where to fetch the PDF."""


class Claim(Answer):
    jobs: list[ClaimedJob]


class RenewBody(Body):
    model_config = example({"token": _EXAMPLE, "lease_seconds": 900})

    token: Token
    lease_seconds: LeaseSeconds = 900


class ReceiptBody(Body):
    """The letter was handed to the post."""

    model_config = example({"token": _EXAMPLE, "sha256": "0" * 64, "sheets": 1})

    token: Token
    sha256: Annotated[Sha256, Field(description="Of the PDF that was printed.")]
    sheets: Sheets


class RejectionBody(Body):
    model_config = example({"token": _EXAMPLE, "code": "paper-jam", "reason": "Page 2 jammed", "retryable": True})

    token: Token
    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$")]
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    retryable: Annotated[bool, Field(strict=True, description="Whether the same letter may be printed later.")]
