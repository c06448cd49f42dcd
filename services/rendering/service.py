"""The front door of rendering."""

from pathlib import Path

from services.rendering.api import router
from services.rendering.errors import REFUSALS
from services.rendering.handlers import SUBSCRIPTIONS
from services.rendering.invariants import ATTENTION, INVARIANTS, RECORDS
from services.rendering.tables import RenderingBase
from services.rendering.tools import Tools, open_tools
from shared.audit import audit_jobs
from shared.contracts.rendering import AuditEntriesRecorded, DocumentHeld, DocumentRendered
from shared.service import Service

SERVICE: Service[Tools] = Service(
    name="rendering",
    tables=RenderingBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(DocumentRendered, DocumentHeld, AuditEntriesRecorded),
    subscriptions=SUBSCRIPTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    jobs=audit_jobs(AuditEntriesRecorded),
    records=RECORDS,
    attention=ATTENTION,
    open_tools=open_tools,
)
