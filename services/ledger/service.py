"""The ledger service: each client's books."""

from pathlib import Path

from services.ledger.api import router
from services.ledger.errors import REFUSALS
from services.ledger.handlers import SUBSCRIPTIONS
from services.ledger.invariants import INVARIANTS, RECORDS
from services.ledger.tables import LedgerBase
from services.ledger.tools import Tools, open_tools
from shared.audit import audit_jobs
from shared.contracts.ledger import AuditEntriesRecorded, ClearingPosted, EntryPosted
from shared.service import Service

SERVICE: Service[Tools] = Service(
    name="ledger",
    tables=LedgerBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(EntryPosted, ClearingPosted, AuditEntriesRecorded),
    subscriptions=SUBSCRIPTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    jobs=audit_jobs(AuditEntriesRecorded),
    records=RECORDS,
    open_tools=open_tools,
)
