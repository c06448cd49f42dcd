"""The ledger's front door."""

from pathlib import Path

from services.ledger.api import router
from services.ledger.errors import REFUSALS
from services.ledger.handlers import REACTIONS
from services.ledger.invariants import EVIDENCE, INVARIANTS
from services.ledger.tables import LedgerBase
from shared.contracts.ledger import EntryPosted
from shared.service import Service

SERVICE = Service(
    name="ledger",
    tables=LedgerBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    says=(EntryPosted,),
    subscriptions=REACTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    evidence=EVIDENCE,
)
