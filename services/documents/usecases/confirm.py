"""Give documents their numbers and freeze them: the one way any document is confirmed, alone or in a block."""

from collections.abc import Callable, Sequence
from datetime import date

from services.documents.domain.unnumbered import ReadyToConfirm, freeze
from services.documents.store import documents, numbers
from shared.contracts.customers import ClientChanged
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.values import DocumentKind

Prepare = Callable[[date], Sequence[ReadyToConfirm]]
"""Decides the documents for a day, in the order of their numbers; raises what must be refused."""


async def confirm(
    work: UnitOfWork, client: ClientChanged, kind: DocumentKind, prepare: Prepare
) -> list[DocumentConfirmed]:
    """Confirm documents of one client and kind: all, or none.

    Everything is decided before the series is locked, so that others wait as briefly as can be. Only when the series is
    ahead of today, because a clock was set back, is it decided again for the series' date.
    """
    today = work.clock.today()
    prepared = prepare(today)
    block = await numbers.take_block(work.session, _taking(client, kind, len(prepared), today))
    if block.document_date != today:
        prepared = prepare(block.document_date)
    events = [freeze(one, number, block.document_date) for number, one in enumerate(prepared, start=block.first)]
    await documents.save_confirmed(work.session, events, work.clock.now())
    for event in events:
        work.emit(event)
    return events


def _taking(client: ClientChanged, kind: DocumentKind, count: int, today: date) -> numbers.Taking:
    first = client.first_invoice_number if kind == "invoice" else 1
    return numbers.Taking(client.client_id, kind, first, count, today)
