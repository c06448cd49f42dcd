"""Draft a migration: the difference between a service's tables in code and its migrations so far, as a file to be
read and finished."""

import tempfile
from pathlib import Path

from dev.postgres import EmbeddedPostgres
from services.system import load
from shared.db.migrate import draft_migration, migrate


def draft(service: str, message: str) -> None:
    """Write the next migration of a service. Policies, triggers and append-only comments are added to it by hand."""
    found = load(service)
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres.start(Path(folder) / "pg", fast=True) as server:
        server.create_databases(["draft"])
        url = server.dsn("draft")
        if list(found.migrations.glob("*.py")):
            migrate(url, service, found.tables, found.migrations)
        draft_migration(url, found.tables, found.migrations, message)
