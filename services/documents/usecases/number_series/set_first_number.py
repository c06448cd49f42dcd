"""Set the first number of a series, for a client that goes on with the numbers of another system."""

from uuid import UUID

from services.documents.domain.errors import SeriesLocked
from services.documents.domain.number_series import NumberSeries, refuse_invoices
from services.documents.store import copies, numbers
from shared.db.audit import Change
from shared.db.database import UnitOfWork
from shared.values import DocumentKind


async def set_first_number(work: UnitOfWork, client_id: UUID, series: DocumentKind, first_number: int) -> NumberSeries:
    """The series, which keeps this first number for ever. The same number again changes nothing.

    Raises ClientNotYetKnown, FirstInvoiceNumberIsTheClients, or SeriesLocked when the series has another one, set or
    used.
    """
    refuse_invoices(series)
    await copies.client(work.session, client_id)
    start = numbers.BlockRequest(client_id, series, first_number, count=0, today=work.clock.today())
    if await numbers.begin(work.session, start):
        work.changed(Change("number-series", None, after={"series": series, "first_number": first_number}))
    else:
        work.unchanged()
    stored = (await numbers.all_begun(work.session, client_id))[series]
    if stored.first_number != first_number:
        raise SeriesLocked(pointer="/first_number", series=series, first_number=stored.first_number)
    return stored
