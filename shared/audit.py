"""The jobs with which every service emits its audit entries, and reports when API keys were used."""

from datetime import timedelta
from typing import Any

from shared.contracts.audit import AuditBatch, KeyUse
from shared.db.audit import take_unshipped
from shared.ids import new_id
from shared.service import Job, JobContext

BATCH = 500
EVERY = timedelta(seconds=5)
KEY_USES_EVERY = timedelta(minutes=1)


def audit_jobs(event: type[AuditBatch]) -> tuple[Job[Any], ...]:
    """`event` is the service's own."""

    async def ship(context: JobContext[Any]) -> int:
        return await _ship_entries(context, event)

    async def report(context: JobContext[Any]) -> int:
        return await _report_key_uses(context, event)

    return Job("ship-audit-entries", ship, EVERY), Job("report-key-uses", report, KEY_USES_EVERY)


async def _ship_entries(context: JobContext[Any], event: type[AuditBatch]) -> int:
    async with context.database.unit(context.cause()) as work:
        entries = await take_unshipped(work.session, BATCH)
        if entries:
            work.emit(event(batch_id=new_id(), entries=tuple(entries)))
    return len(entries)


async def _report_key_uses(context: JobContext[Any], event: type[AuditBatch]) -> int:
    """Always 0: the next round follows after a pause, however busy the keys are."""
    uses = context.database.key_uses.unreported()
    if uses:
        async with context.database.unit(context.cause()) as work:
            keys_used = tuple(KeyUse(key_id=key_id, last_used_at=at) for key_id, at in sorted(uses.items()))
            work.emit(event(batch_id=new_id(), keys_used=keys_used))
        context.database.key_uses.reported(uses)
    return 0
