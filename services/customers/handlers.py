"""Clients, customers and keys originate here; from all services come their audit entries."""

from services.customers.events import key_uses, logged_entries
from services.customers.tools import Tools
from services.customers.usecases.keep_audit_entries import keep_audit_entries
from services.customers.usecases.note_key_uses import note_key_uses
from shared.contracts import customers, delivery, documents, ledger, payments, rendering
from shared.contracts.audit import AuditBatch
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Subscription, on


async def _keep(work: UnitOfWork, _tools: Tools, event: AuditBatch) -> None:
    await keep_audit_entries(work, logged_entries(event))
    await note_key_uses(work, key_uses(event))


SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = tuple(
    on(owner.AuditEntriesRecorded, _keep, workers=1)
    for owner in (customers, documents, rendering, delivery, ledger, payments)
)
