"""A client's bank account, as the latest snapshot of the client has it."""

from dataclasses import dataclass
from uuid import UUID

from shared.kid import KidAgreement


@dataclass(frozen=True)
class ClientAccount:
    """`version` is that of the snapshot: a client may have changed its account since."""

    client_id: UUID
    account: str
    version: int
    agreement: KidAgreement
