"""What keeps an effect from happening twice when the inbox no longer knows the message: the key of the effect."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dev.demo.calendar import Calendar
from dev.demo.diary import DIARY
from dev.demo.play import play_on, settled
from dev.local.plan import Plan
from dev.local.system import LocalSystem, local_system
from services.system import NAMES
from shared.observability import logs
from tests.support.databases import BY_THE_CLOCK, ask, damage
from tests.support.eventually import eventually

Contents = dict[str, object]
_LEFT_OUT = {"alembic_version", "key_news"}
# ruff: noqa: S608  # names of our own tables, and a pattern of our own
_COUNTS = {
    "outbox": f"select count(*) from outbox where type !~ '{BY_THE_CLOCK}'",
    "inbox": f"select count(*) from inbox where consumer !~ '{BY_THE_CLOCK}'",
}


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_events_that_come_again_after_the_inbox_has_forgotten_them_change_nothing(tmp_path: Path) -> None:
    logs.configure("WARNING", as_json=False)
    clock = tmp_path / "clock"
    calendar = Calendar(clock)
    calendar.turn_to(DIARY[0].date)
    async with local_system(Plan(data=tmp_path / "data", fast_database=True, clock_offset_file=clock)) as system:
        assert await play_on(system, calendar, tmp_path)
        await eventually(lambda: _audit_is_complete(system), within=60)
        before, mails = _contents(system), system.mailbox.message_ids()
        again_from = datetime.now(UTC)
        _forget(system)

        await eventually(lambda: _published_since(system, again_from), within=60)

        assert [finding for finding in await settled(system) if not finding.holds] == []
        assert _contents(system) == before
        assert system.mailbox.message_ids() == mails


def _forget(system: LocalSystem) -> None:
    """Forget that published events were received, and publish them again; those on their way are left out."""
    published = "select event_id from outbox where published_at is not null"
    events = ", ".join(f"'{row.event_id}'" for name in NAMES for row in ask(system.settings, name, published))
    for name in NAMES:
        damage(system.settings, name, f"delete from inbox where message_id in ({events})")
    for name in NAMES:
        damage(system.settings, name, f"update outbox set published_at = null where event_id in ({events})")


def _audit_is_complete(system: LocalSystem) -> bool:
    recorded = sum(ask(system.settings, name, "select count(*) from audit_entry")[0][0] for name in NAMES)
    return bool(ask(system.settings, "customers", "select count(*) from audit_log")[0][0] == recorded)


def _published_since(system: LocalSystem, moment: datetime) -> bool:
    late = f"select event_id from outbox where published_at is null or published_at < '{moment.isoformat()}'"
    return not any(ask(system.settings, name, late) for name in NAMES)


def _contents(system: LocalSystem) -> Contents:
    """The content of each table, and the number of messages, without what jobs write by the clock."""
    return {f"{name} {table}": _content(system, name, table) for name in NAMES for table in _tables(system, name)}


def _tables(system: LocalSystem, service: str) -> list[str]:
    query = "select tablename from pg_tables where schemaname = 'public'"
    return [row.tablename for row in ask(system.settings, service, query) if row.tablename not in _LEFT_OUT]


def _content(system: LocalSystem, service: str, table: str) -> object:
    query = _COUNTS.get(table, f"select array_agg(t::text order by t::text) from {table} as t")
    [(content,)] = ask(system.settings, service, query)
    return content
