"""Note that invoices have been sent: from then on their claims may become overdue."""

from collections.abc import Sequence

from services.payments.domain.claim import SentInvoice
from services.payments.store import sent_invoices
from shared.batches import first_by_key
from shared.db.database import UnitOfWork


async def note_sent(work: UnitOfWork, sent: Sequence[SentInvoice]) -> None:
    """Only the first time counts, whatever the order."""
    earliest_first = sorted(sent, key=lambda invoice: invoice.sent_on)
    await sent_invoices.add(work.session, [*first_by_key(earliest_first, lambda invoice: invoice.key).values()])
