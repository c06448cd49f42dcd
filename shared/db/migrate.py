"""Migrate a service's database, and grant its role the rights that it needs and no more."""

from pathlib import Path
from types import SimpleNamespace

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from shared.db.tenancy import app_role

ENVIRONMENT = Path(__file__).parent / "alembic"


def migrate(owner_url: str, service: str, metadata: sa.MetaData, migrations: Path) -> None:
    """Run the migrations as the owner, and grant the service's role. Safe to repeat."""
    engine = sa.create_engine(owner_url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            _ensure_role(connection, app_role(service))
            command.upgrade(_config(connection, metadata, migrations), "head")
            _grant(connection, app_role(service))
    finally:
        engine.dispose()


def is_at_head(url: str, migrations: Path) -> bool:
    """Whether a database has every migration of its service."""
    config = Config()
    _locate(config, migrations)
    engine = sa.create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            current = set(MigrationContext.configure(connection).get_current_heads())
    finally:
        engine.dispose()
    return current == set(ScriptDirectory.from_config(config).get_heads())


def differences(owner_url: str, metadata: sa.MetaData) -> list[object]:
    """Differences between the tables in code and in the database, as alembic reports them.

    Comments are ignored: a migration marks a table append-only by one, and the code need not repeat it.
    """
    engine = sa.create_engine(owner_url)
    try:
        with engine.connect() as connection:
            reported = compare_metadata(MigrationContext.configure(connection), metadata)
            return [difference for difference in reported if not _is_about_a_comment(difference)]
    finally:
        engine.dispose()


def _is_about_a_comment(difference: object) -> bool:
    return isinstance(difference, tuple) and str(difference[0]).endswith("table_comment")


def draft_migration(owner_url: str, metadata: sa.MetaData, migrations: Path, message: str) -> None:
    """Write a new migration file from the differences; a person reviews it and adds policies, triggers and grants."""
    engine = sa.create_engine(owner_url)
    try:
        with engine.connect() as connection:
            command.revision(_config(connection, metadata, migrations), message=message, autogenerate=True)
    finally:
        engine.dispose()


def _config(connection: sa.Connection, metadata: sa.MetaData, migrations: Path) -> Config:
    config = Config(cmd_opts=SimpleNamespace(x=None))  # type: ignore[arg-type]  # alembic wants argparse's Namespace
    _locate(config, migrations)
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def _locate(config: Config, migrations: Path) -> None:
    config.set_main_option("script_location", str(ENVIRONMENT).replace("%", "%%"))
    config.set_main_option("version_locations", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")


def _ensure_role(connection: sa.Connection, role: str) -> None:
    """Create the role, unless an operator has created it already."""
    exists = connection.scalar(sa.text("select 1 from pg_roles where rolname = :role"), {"role": role})
    if not exists:
        connection.execute(sa.text(f"create role {role} login nosuperuser nobypassrls nocreatedb nocreaterole"))


def _grant(connection: sa.Connection, role: str) -> None:
    """Read and write everywhere, except that tables whose comment says append-only are never changed."""
    connection.execute(sa.text(f"grant usage on schema public to {role}"))
    connection.execute(sa.text(f"grant select, insert, update, delete on all tables in schema public to {role}"))
    connection.execute(sa.text(f"grant usage on all sequences in schema public to {role}"))
    for table in _append_only(connection):
        connection.execute(sa.text(f"revoke update, delete, truncate on {table} from {role}"))


def _append_only(connection: sa.Connection) -> list[str]:
    tables = connection.scalars(
        sa.text(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = 'public' and c.relkind = 'r' and obj_description(c.oid) like 'append-only%'"
        )
    )
    return list(tables)
