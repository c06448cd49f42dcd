"""A letter in the print queue, and the token that says which claim a call belongs to."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from services.delivery.domain.errors import StaleToken

PrintState = Literal["queued", "claimed", "posted", "rejected"]
PRINT_STATES: tuple[PrintState, ...] = get_args(PrintState)


@dataclass(frozen=True)
class PrintJob:
    """`token` is the newest claim's. It stays after the job is posted, so that a repeated receipt is recognised."""

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
    """An earlier claim fetched the PDF and never reported: check the journal before printing."""
    sha256: str
    size_bytes: int
    pages: int
    sheets: int
    filename: str
    created_at: datetime
    posted_at: datetime | None = None
    reason: str | None = None

    def require_held_by(self, token: str) -> None:
        """Raises StaleToken unless the token is the newest claim's and that claim is still in force."""
        if self.state != "claimed" or self.expired or not self.is_newest(token):
            raise self.stale_token()

    def is_newest(self, token: str) -> bool:
        return self.token is not None and hmac.compare_digest(self.token.encode(), token.encode())

    def stale_token(self) -> StaleToken:
        state = "expired" if self.state == "claimed" and self.expired else self.state
        return StaleToken(pointer="/token", state=state, claim_no=self.claim_no)


def sheets_of(pages: int, *, duplex: bool) -> int:
    """How many sheets go in the envelope."""
    return (pages + 1) // 2 if duplex else pages
