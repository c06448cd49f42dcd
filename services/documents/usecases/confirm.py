"""Give documents their numbers and freeze them: the one way any document is confirmed, alone or in a block."""

from collections.abc import Callable, Sequence
from datetime import date

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.number_series import first_number_of
from services.documents.domain.parties import Client
from services.documents.domain.ready_to_confirm import ReadyToConfirm, freeze
from services.documents.events import document_confirmed
from services.documents.store import documents, numbers
from services.documents.tools import Tools
from shared.db.database import UnitOfWork
from shared.values import DocumentKind

Prepare = Callable[[date], Sequence[ReadyToConfirm]]
"""Decides the documents for a day, in the order of their numbers; raises what must be refused."""


async def confirm(
    work: UnitOfWork, tools: Tools, client: Client, kind: DocumentKind, prepare: Prepare
) -> list[ConfirmedDocument]:
    """Confirm documents of one client and kind: all, or none.

    Everything is decided before the series is locked, so that others wait as briefly as possible. If the series is
    ahead of today, because a clock was set back, everything is decided again for the date of the series.
    """
    today = work.clock.today()
    ready = prepare(today)
    await tools.logos.check(client.logo)
    block = await numbers.take_block(work.session, _request(client, kind, len(ready), today))
    if block.document_date != today:
        ready = prepare(block.document_date)
    confirmed = [
        freeze(document, number, block.document_date) for number, document in enumerate(ready, start=block.first)
    ]
    await documents.save_confirmed(work.session, confirmed, work.clock.now())
    for document in confirmed:
        work.emit(document_confirmed(document))
    return confirmed


def _request(client: Client, kind: DocumentKind, count: int, today: date) -> numbers.BlockRequest:
    return numbers.BlockRequest(client.client_id, kind, first_number_of(client, kind), count, today)
