"""Draft a migration: the difference between a service's tables and its migrations so far, to be read and finished."""

import tempfile
from pathlib import Path

from dev.postgres import EmbeddedPostgres
from services.system import load
from shared.db.migrate import draft_migration, migrate


def draft(name: str, message: str) -> None:
    """Write the next migration of a service. Policies, triggers and append-only comments are added to it by hand."""
    service = load(name)
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres.start(Path(folder) / "pg", fast=True) as server:
        server.create_databases(["draft"])
        url = server.dsn("draft")
        if list(service.migrations.glob("*.py")):
            migrate(url, name, service.tables, service.migrations)
        draft_migration(url, service.tables, service.migrations, message)
