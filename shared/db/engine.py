"""Connections to a service's own database, and their limits."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

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


def open_engine(url: str, *, application: str, pool_size: int = 5) -> AsyncEngine:
    """An engine with our session limits. Parameters never appear in errors: they hold personal data.

    Connections are not tried before use: `Database` replaces one that turns out to be broken at its first statement.
    """
    limits = " ".join(f"-c {name}={value}" for name, value in SESSION_LIMITS.items())
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"application_name": f"faktura-{application}", "options": limits, **NETWORK_LIMITS},
    )
