"""The customers service: clients, their customers, and the keys to the API."""

from pathlib import Path

from services.customers.api import router
from services.customers.errors import REFUSALS
from services.customers.handlers import SUBSCRIPTIONS
from services.customers.invariants import INVARIANTS, RECORDS
from services.customers.jobs import JOBS
from services.customers.tables import CustomersBase
from services.customers.tools import Tools, open_tools
from shared.audit import audit_jobs
from shared.contracts.customers import (
    ApiKeyChanged,
    ApiKeysCurrent,
    AuditEntriesRecorded,
    ClientChanged,
    CustomerChanged,
)
from shared.db.approvals import ATTENTION
from shared.service import Service

SERVICE: Service[Tools] = Service(
    name="customers",
    tables=CustomersBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(ClientChanged, CustomerChanged, ApiKeyChanged, ApiKeysCurrent, AuditEntriesRecorded),
    subscriptions=SUBSCRIPTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    attention=ATTENTION,
    jobs=(*JOBS, *audit_jobs(AuditEntriesRecorded)),
    records=RECORDS,
    open_tools=open_tools,
)
