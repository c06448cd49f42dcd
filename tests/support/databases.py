"""The databases of a running system, read and damaged by their owner."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from shared.settings import CommonSettings

BY_THE_CLOCK = "audit-entries-recorded|api-keys-current"
"""Events that jobs publish by the clock of this machine: how many depends on how long a test takes. A pattern for types
and consumers."""


def ask(settings: CommonSettings, service: str, query: str) -> Sequence[sa.Row[Any]]:
    """The rows of a query in a service's database."""
    engine = sa.create_engine(settings.owner_database(service))
    try:
        with engine.connect() as connection:
            return connection.execute(sa.text(query)).all()
    finally:
        engine.dispose()


def damage(settings: CommonSettings, service: str, statement: str) -> int:
    """Change rows past every trigger and key, as a fault would; returns how many."""
    engine = sa.create_engine(settings.owner_database(service))
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("set local session_replication_role = replica"))
            return connection.execute(sa.text(statement)).rowcount
    finally:
        engine.dispose()
