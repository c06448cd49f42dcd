"""Row-level security: every row has its client, and a transaction sees only the rows of its scope.

`app.client_id` holds a client's id, or `*` for handlers and jobs. Unset or empty (as it is after a transaction) it
matches nothing. The policies are forced on the owner too; only a superuser bypasses them, so services never connect as
one.
"""

import sqlalchemy as sa

UNGUARDED = frozenset({"api_key", "outbox", "inbox", "retention_mark", "audit_unshipped", "alembic_version"})
"""api_key is read before the client is known; outbox, inbox, retention_mark and the queue of audit entries belong to
the whole service."""

_POLICY = (
    "create policy {table}_of_client on {table} "
    "using (current_setting('app.client_id', true) in ('*', client_id::text)) "
    "with check (current_setting('app.client_id', true) in ('*', client_id::text))"
)


def guarded_tables(metadata: sa.MetaData) -> list[str]:
    """Names of the tables that have a client and are not among the exceptions."""
    return sorted(name for name, table in metadata.tables.items() if "client_id" in table.c and name not in UNGUARDED)


def guard(table: str) -> list[str]:
    """The statements with which a migration puts one table under row-level security."""
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        _POLICY.format(table=table),
    ]


def app_role(service: str) -> str:
    """The role that a service connects as: it owns nothing and bypasses nothing."""
    return f"faktura_{service}"
