"""Keep the audit entries of a service, each once, behind those that are here already."""

from collections.abc import Sequence

from services.customers.domain.audit import LoggedEntry, chained
from services.customers.store import audit_log
from shared.db.database import UnitOfWork


async def keep_audit_entries(work: UnitOfWork, entries: Sequence[LoggedEntry]) -> None:
    if not entries:
        return
    end = await audit_log.lock_end(work.session)
    known = await audit_log.known(work.session, [entry.entry_id for entry in entries])
    new = [entry for entry in entries if entry.entry_id not in known]
    if new:
        await audit_log.add(work.session, list(chained(new, end)))
