"""Bring the services' databases to their newest form."""

from services.system import NAMES, load
from shared.db.migrate import migrate
from shared.settings import CommonSettings


def migrate_all(settings: CommonSettings, names: tuple[str, ...] = NAMES) -> None:
    """Migrate the databases of these services, as their owner. Safe to repeat."""
    for name in names:
        service = load(name)
        migrate(settings.owner_database(name), name, service.tables, service.migrations)
