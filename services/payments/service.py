"""Payments: what customers owe, what came in from the bank, and who is late."""

from pathlib import Path

from services.payments.api import router
from services.payments.errors import REFUSALS
from services.payments.handlers import SUBSCRIPTIONS
from services.payments.invariants import INVARIANTS, RECORDS
from services.payments.jobs import JOBS
from services.payments.tables import PaymentsBase
from services.payments.tools import Tools, open_tools
from shared.audit import audit_jobs
from shared.contracts.payments import (
    AuditEntriesRecorded,
    BankFileImported,
    DocumentOverdue,
    DocumentReopened,
    DocumentSettled,
    MatchUndone,
    PaymentMatched,
    PaymentRefunded,
    PaymentUnmatched,
)
from shared.db.approvals import ATTENTION
from shared.service import Service

SERVICE: Service[Tools] = Service(
    name="payments",
    tables=PaymentsBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(
        BankFileImported,
        PaymentMatched,
        PaymentUnmatched,
        MatchUndone,
        PaymentRefunded,
        DocumentSettled,
        DocumentReopened,
        DocumentOverdue,
        AuditEntriesRecorded,
    ),
    subscriptions=SUBSCRIPTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    attention=ATTENTION,
    jobs=(*JOBS, *audit_jobs(AuditEntriesRecorded)),
    records=RECORDS,
    open_tools=open_tools,
)
