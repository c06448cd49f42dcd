"""What the statements on invoices and on orders have in common."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.documents.domain.draft import Status
from services.documents.domain.pricing import PricedDraft


@dataclass(frozen=True)
class SalesQuery:
    """Which invoices or orders to list: newest first, before `after`."""

    client_id: UUID
    limit: int
    after: UUID | None = None
    status: Status | None = None
    customer_id: UUID | None = None


def draft_values(draft: PricedDraft) -> dict[str, Any]:
    """The parameters of statements that save a draft."""
    return {
        "client_id": draft.client_id,
        "draft_id": draft.draft_id,
        "customer_id": draft.draft.customer_id,
        "customer_name": draft.customer_name,
        "draft": draft.draft.model_dump_json(),
        "net_ore": draft.priced.net_ore,
        "mva_ore": draft.priced.mva_ore,
        "total_ore": draft.priced.total_ore,
    }
