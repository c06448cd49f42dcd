"""Connections to a service's own database: their limits, and when they are tried before use."""

import time

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

SESSION_LIMITS = {
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
}
"""The last four end the session of a host that has died, within about twenty seconds; without them its locks stay for
hours. They have no effect on a Unix socket."""
NETWORK_LIMITS = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""The same on this side: a server that no longer answers is noticed. Seconds, and milliseconds for the last."""
PING_AFTER_S = 1.0
"""A connection that has rested so long is tried before use. SQLAlchemy's own ping before each use is a quarter of all
round trips of a busy service; whatever breaks within a second fails its transaction, which is an outage anyway."""
_RESTING_SINCE = "resting_since"


def open_engine(url: str, *, application: str, pool_size: int = 5) -> AsyncEngine:
    """An engine with our session limits. Parameters never appear in errors: they hold personal data."""
    limits = " ".join(f"-c {name}={value}" for name, value in SESSION_LIMITS.items())
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"application_name": f"faktura-{application}", "options": limits, **NETWORK_LIMITS},
    )
    _ping_rested_connections(engine)
    return engine


def _ping_rested_connections(engine: AsyncEngine) -> None:
    dialect = engine.dialect

    def note_rest(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_RESTING_SINCE] = time.monotonic()

    def ping_if_rested(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        since = entry.info.pop(_RESTING_SINCE, None)
        if since is None or time.monotonic() - since < PING_AFTER_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    sa.event.listen(engine.sync_engine, "checkin", note_rest)
    sa.event.listen(engine.sync_engine, "checkout", ping_if_rested)
