"""The meaning of PostgreSQL's errors: their SQLSTATE, and the constraint that refused a row.

https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from typing import Final

from sqlalchemy.exc import DBAPIError

LOCK_NOT_AVAILABLE: Final = "55P03"
UNIQUE_VIOLATION: Final = "23505"
CONFLICTS: Final = frozenset({"40001", "40P01", LOCK_NOT_AVAILABLE})
"""Serialisation failure, deadlock, and a lock that was not available: another attempt may succeed."""
TOO_SLOW: Final = frozenset({"57014", "25P03", "25P04"})
"""A statement or transaction that exceeded its time limit: caused by the message, not an outage."""
OUTAGES: Final = ("08", "53", "57P", "58", "25006")
"""Prefixes of SQLSTATEs: connection, resources, shutdown, system error, and a read-only standby."""


def sqlstate(error: DBAPIError) -> str | None:
    """PostgreSQL's code for the error; None when the server did not answer."""
    return getattr(error.orig, "sqlstate", None)


def violated_constraint(error: DBAPIError) -> str | None:
    """The constraint or unique index that refused the row."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)
