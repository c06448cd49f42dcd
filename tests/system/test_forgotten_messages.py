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
from tests.support.databases import ask, damage
from tests.support.eventually import eventually

Contents = dict[str, object]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_events_that_come_again_after_the_inbox_has_forgotten_them_change_nothing(tmp_path: Path) -> None:
    logs.configure("WARNING", as_json=False)
    clock = tmp_path / "clock"
    calendar = Calendar(clock)
    calendar.turn_to(DIARY[0].date)
    async with local_system(Plan(data=tmp_path / "data", fast_database=True, clock_offset_file=clock)) as system:
        assert await play_on(system, calendar, tmp_path)
        before, mails = _contents(system), system.mailbox.message_ids()
        again_from = datetime.now(UTC)
        for name in NAMES:
            damage(system.settings, name, "delete from inbox")
            damage(system.settings, name, "update outbox set published_at = null")

        await eventually(lambda: _published_since(system, again_from), within=60)

        assert [finding for finding in await settled(system) if not finding.holds] == []
        assert _contents(system) == before
        assert system.mailbox.message_ids() == mails


def _published_since(system: LocalSystem, moment: datetime) -> bool:
    late = f"select event_id from outbox where published_at is null or published_at < '{moment.isoformat()}'"  # noqa: S608
    return not any(ask(system.settings, name, late) for name in NAMES)


def _contents(system: LocalSystem) -> Contents:
    """The content of each table, and the number of messages."""
    return {f"{name} {table}": _content(system, name, table) for name in NAMES for table in _tables(system, name)}


def _tables(system: LocalSystem, service: str) -> list[str]:
    query = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
    return [row.tablename for row in ask(system.settings, service, query)]


def _content(system: LocalSystem, service: str, table: str) -> object:
    what = "count(*)" if table in ("outbox", "inbox") else "array_agg(t::text order by t::text)"
    [(content,)] = ask(system.settings, service, f"select {what} from {table} as t")  # noqa: S608  # tables of our own
    return content
