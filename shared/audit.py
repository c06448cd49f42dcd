"""The jobs with which every service emits its audit entries, and reports when API keys were used."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from shared.contracts.audit import AuditBatch, AuditEntry, KeyUse
from shared.db.audit import take_unshipped
from shared.ids import new_id
from shared.service import Job, JobContext

BATCH = 500
EVERY = timedelta(seconds=5)
KEY_USES_EVERY = timedelta(minutes=1)


def audit_jobs(event_of: Callable[[AuditBatch], AuditBatch]) -> tuple[Job[Any], ...]:
    """`event_of` makes the service's own event of a batch."""

    async def ship(context: JobContext[Any]) -> int:
        return await _ship_entries(context, event_of)

    async def report(context: JobContext[Any]) -> int:
        return await _report_key_uses(context, event_of)

    return Job("ship-audit-entries", ship, EVERY), Job("report-key-uses", report, KEY_USES_EVERY)


async def _ship_entries(context: JobContext[Any], event_of: Callable[[AuditBatch], AuditBatch]) -> int:
    async with context.database.unit(context.cause()) as work:
        entries = await take_unshipped(work.session, BATCH)
        if entries:
            batch = tuple(AuditEntry.model_validate(entry) for entry in entries)
            work.emit(event_of(AuditBatch(batch_id=new_id(), entries=batch)))
    return len(entries)


async def _report_key_uses(context: JobContext[Any], event_of: Callable[[AuditBatch], AuditBatch]) -> int:
    """Always 0: the next round follows after a pause, however busy the keys are."""
    uses = context.database.key_uses.unreported()
    if uses:
        async with context.database.unit(context.cause()) as work:
            keys_used = tuple(KeyUse(key_id=key_id, last_used_at=at) for key_id, at in sorted(uses.items()))
            work.emit(event_of(AuditBatch(batch_id=new_id(), keys_used=keys_used)))
        context.database.key_uses.reported(uses)
    return 0
