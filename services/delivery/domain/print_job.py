"""A postal job in the print queue, and the token that says which claim of it a call speaks for."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

PrintState = Literal["queued", "claimed", "posted", "rejected"]
PRINT_STATES: tuple[PrintState, ...] = get_args(PrintState)


@dataclass(frozen=True)
class PrintJob:
    """`token` is the newest claim's; it stays after the job is posted, so that a repeated receipt is recognised."""

    print_job_id: UUID
    client_id: UUID
    delivery_id: UUID
    state: PrintState
    claim_no: int
    token: str | None
    expired: bool
    """The lease is over by the database's clock."""
    lease_s: float
    """Seconds left of the lease, 0 when there is none."""
    maybe_printed: bool
    """An earlier claim fetched the PDF and never reported: look in the journal before printing."""
    sha256: str
    size_bytes: int
    pages: int
    sheets: int
    filename: str
    created_at: datetime
    posted_at: datetime | None = None
    reason: str | None = None

    def held_by(self, token: str) -> bool:
        """The token is of the newest claim, and that claim is still in force."""
        return self.state == "claimed" and not self.expired and self.is_newest(token)

    def is_newest(self, token: str) -> bool:
        return self.token is not None and hmac.compare_digest(self.token.encode(), token.encode())


def sheets_of(pages: int, *, duplex: bool) -> int:
    """How many sheets go in the envelope."""
    return (pages + 1) // 2 if duplex else pages
