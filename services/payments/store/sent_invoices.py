"""When each invoice was first sent. It may be known before the claim is open."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import SentInvoice
from shared.db.bulk import run_chunks


async def add(session: AsyncSession, invoices: Sequence[SentInvoice]) -> None:
    """Record when these were sent; each at most once in the sequence. The earliest day stays."""
    await run_chunks(session, _ADD, invoices, vars)


_ADD: Final = sa.text(
    """
    insert into sent_invoice (client_id, document_id, sent_on)
    select client_id, document_id, sent_on
    from json_to_recordset(cast(:records as json)) as r(client_id uuid, document_id uuid, sent_on date)
    order by client_id, document_id
    on conflict (client_id, document_id) do update set sent_on = excluded.sent_on
    where sent_invoice.sent_on > excluded.sent_on
    """
)
