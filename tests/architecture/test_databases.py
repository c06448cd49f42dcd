"""Every service's database, migrated as in production: tables as in code, tenants isolated, roles weak, money whole."""

from collections.abc import Iterator
from functools import cache

import pytest
import sqlalchemy as sa

from services.system import NAMES, load
from shared.db.migrate import differences
from shared.db.tenancy import UNGUARDED, app_role, guarded_tables
from tests.support.postgres import Fresh, TestPostgres

EACH_SERVICE = pytest.mark.parametrize("name", NAMES)

GLOBAL_KEYS: dict[str, str] = {
    "api_key.uq_api_key_secret_sha256": "a caller is looked up by the secret before the client is known",
    "audit_log.uq_audit_log_position": "a counter over all clients, never shown: the chain of the entries is one",
    "client.uq_client_orgnr": "the bureau registers its clients; a company is registered once",
    "client.uq_client_bank_account_in_use": "the payments to an account must have one owner; only the bureau sets it",
    "client.uq_client_external_id": "the bureau's own id of a client, given by a bureau key",
    "issued_key.uq_issued_key_secret_sha256": "the hash of 256 random bits",
    "outbox.uq_outbox_event_id": "event ids are random; the outbox belongs to the whole service",
}
"""Unique indexes that may span clients, with the reason."""


@pytest.fixture(params=NAMES)
def migrated(request: pytest.FixtureRequest, postgres: TestPostgres) -> Iterator[tuple[str, Fresh]]:
    """A database of each service in turn, at the head of its migrations."""
    database = postgres.fresh(request.param)
    yield request.param, database
    database.drop()


def _query(database: Fresh, statement: str, **values: object) -> list[sa.Row[tuple[object, ...]]]:
    engine = sa.create_engine(database.owner_url)
    with engine.connect() as connection:
        rows = list(connection.execute(sa.text(statement), values).all())
    engine.dispose()
    return rows


def test_the_migrations_create_the_tables_of_the_code(migrated: tuple[str, Fresh]) -> None:
    name, database = migrated
    assert differences(database.owner_url, load(name).tables) == []


def test_every_table_with_a_client_is_under_forced_row_level_security(migrated: tuple[str, Fresh]) -> None:
    name, database = migrated
    rows = _query(
        database,
        """
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relrowsecurity and c.relforcerowsecurity
          and exists (select from pg_policy p where p.polrelid = c.oid and p.polqual is not null
            and p.polwithcheck is not null)
        """,
    )
    assert set(guarded_tables(load(name).tables)) <= {row.relname for row in rows}


def test_every_unique_index_on_such_a_table_includes_the_client(migrated: tuple[str, Fresh]) -> None:
    """Otherwise a conflict would reveal what another client has. Random ids and our own counters reveal nothing."""
    _, database = migrated
    rows = _query(
        database,
        """
        select c.relname || '.' || i.relname as name, pg_get_indexdef(i.oid) as definition
        from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id'
        where n.nspname = 'public' and x.indisunique and not a.attnum = any (x.indkey::int2[])
          and not (x.indisprimary and exists (
            select from pg_attribute k where k.attrelid = c.oid and k.attnum = any (x.indkey::int2[])
              and format_type(k.atttypid, k.atttypmod) in ('uuid', 'bigint')))
        """,
    )
    assert {row.name: row.definition for row in rows if row.name not in GLOBAL_KEYS} == {}


@EACH_SERVICE
def test_every_table_has_a_client_column(name: str) -> None:
    """Except the inbox and outbox, whose rows belong to the service."""
    without = [table for table, columns in _columns(name).items() if "client_id" not in columns]
    assert set(without) - UNGUARDED - _WITHOUT_CLIENT.keys() == set()


_WITHOUT_CLIENT: dict[str, str] = {"key_news": "one row about the copy of all keys"}
"""Tables that belong to the bureau itself, with the reason."""


@EACH_SERVICE
def test_every_amount_is_a_64_bit_number_of_oere(name: str) -> None:
    amounts = {
        f"{table}.{column}": kind for table, columns in _columns(name).items() for column, kind in columns.items()
    }
    wrong = {
        at: str(kind) for at, kind in amounts.items() if at.endswith("_ore") and not isinstance(kind, sa.BigInteger)
    }
    assert wrong == {}


@EACH_SERVICE
def test_no_column_is_a_float_or_a_time_without_a_zone(name: str) -> None:
    kinds = {f"{table}.{column}": kind for table, columns in _columns(name).items() for column, kind in columns.items()}
    floats = [at for at, kind in kinds.items() if isinstance(kind, sa.Float)]
    zoneless = [at for at, kind in kinds.items() if isinstance(kind, sa.DateTime) and not kind.timezone]
    assert (floats, zoneless) == ([], [])


@cache
def _columns(name: str) -> dict[str, dict[str, sa.types.TypeEngine[object]]]:
    tables = load(name).tables.tables
    return {table: {column.name: column.type for column in definition.columns} for table, definition in tables.items()}


def test_the_role_of_a_service_is_weak_and_owns_nothing(migrated: tuple[str, Fresh]) -> None:
    name, database = migrated
    [role] = _query(
        database,
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = :role",
        role=app_role(name),
    )
    assert not any(role)
    owned = _query(
        database,
        "select relname from pg_class where relowner = (select oid from pg_roles where rolname = :role)",
        role=app_role(name),
    )
    assert owned == []


def test_append_only_tables_cannot_be_changed_by_the_role_of_the_service(migrated: tuple[str, Fresh]) -> None:
    name, database = migrated
    rows = _query(
        database,
        """
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind = 'r' and obj_description(c.oid) like 'append-only%'
          and (has_table_privilege(:role, c.oid, 'update') or has_table_privilege(:role, c.oid, 'delete')
            or has_table_privilege(:role, c.oid, 'truncate'))
        """,
        role=app_role(name),
    )
    assert rows == []


def test_a_service_can_only_read_and_add_audit_entries(migrated: tuple[str, Fresh]) -> None:
    name, database = migrated
    rights = ("select", "insert", "update", "delete", "truncate")
    query = "select r from unnest(cast(:rights as text[])) r where has_table_privilege(:role, 'audit_entry', r)"
    rows = _query(database, query, rights=list(rights), role=app_role(name))
    assert {row.r for row in rows} == {"select", "insert"}


def test_the_books_are_append_only(postgres: TestPostgres) -> None:
    database = postgres.fresh("ledger")
    rows = _query(
        database,
        "select c.relname from pg_class c where c.relkind = 'r' and obj_description(c.oid) like 'append-only%'",
    )
    database.drop()
    assert {"entry", "posting"} <= {row.relname for row in rows}
