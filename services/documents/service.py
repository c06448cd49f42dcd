"""Front door of documents: orders, invoices, credit notes and reminders, with their numbers and KIDs."""

from pathlib import Path

from services.documents.api import router
from services.documents.errors import REFUSALS
from services.documents.handlers import REACTIONS
from services.documents.invariants import EVIDENCE, INVARIANTS
from services.documents.tables import DocumentsBase
from shared.contracts.documents import DocumentConfirmed
from shared.service import Service

SERVICE = Service(
    name="documents",
    tables=DocumentsBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    says=(DocumentConfirmed,),
    subscriptions=REACTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    evidence=EVIDENCE,
)
