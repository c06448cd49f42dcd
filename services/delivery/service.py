"""The front door of delivery."""

from pathlib import Path

from services.delivery.api import router
from services.delivery.errors import REFUSALS
from services.delivery.handlers import SUBSCRIPTIONS
from services.delivery.invariants import INVARIANTS, RECORDS, UNDER_WAY
from services.delivery.jobs import JOBS
from services.delivery.tables import DeliveryBase
from services.delivery.tools import Tools, open_tools
from shared.audit import audit_jobs
from shared.contracts.delivery import AuditEntriesRecorded, DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.service import Service

SERVICE: Service[Tools] = Service(
    name="delivery",
    tables=DeliveryBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(DocumentDispatched, DocumentDelayed, DocumentUndeliverable, AuditEntriesRecorded),
    subscriptions=SUBSCRIPTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    jobs=(*JOBS, *audit_jobs(AuditEntriesRecorded)),
    records=RECORDS,
    under_way=UNDER_WAY,
    open_tools=open_tools,
)
