"""Front door of documents: orders, invoices, credit notes and reminders, with their numbers and KIDs."""

from pathlib import Path

from services.documents.api import router
from services.documents.errors import REFUSALS
from services.documents.handlers import SUBSCRIPTIONS
from services.documents.invariants import INVARIANTS, RECORDS
from services.documents.tables import DocumentsBase
from services.documents.tools import Tools, open_tools
from shared.audit import audit_jobs
from shared.contracts.documents import AuditEntriesRecorded, DocumentConfirmed
from shared.service import Service

SERVICE: Service[Tools] = Service(
    name="documents",
    tables=DocumentsBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(DocumentConfirmed, AuditEntriesRecorded),
    subscriptions=SUBSCRIPTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    jobs=audit_jobs(AuditEntriesRecorded),
    records=RECORDS,
    open_tools=open_tools,
)
