"""Note when keys were last used."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.customers.store import keys
from shared.db.database import UnitOfWork


async def note_key_uses(work: UnitOfWork, uses: Mapping[UUID, datetime]) -> None:
    if uses:
        await keys.save_uses(work.session, uses)
