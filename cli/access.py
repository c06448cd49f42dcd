"""Ways in that nearly anybody could take, which a service refuses to start with.

They are allowed on a machine of one's own, by the setting `weak_access_on_loopback`, and never further away.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from shared.messaging.origin import DEFAULT_USER, user_in
from shared.settings import CommonSettings

_OWN_MACHINE = (
    "On a machine of your own, FAKTURA_WEAK_ACCESS_ON_LOOPBACK=true allows it for an address on the loopback or a Unix "
    "socket."
)
_ROLE = sa.text(
    """
    select
        exists (
            select from pg_roles strong
            where (strong.rolsuper or strong.rolbypassrls) and pg_has_role(current_user, strong.oid, 'member')
        ) as bypasses,
        exists (
            select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'member')
        ) as owns
    """
)


def wrong_broker_access(settings: CommonSettings, service: str) -> str | None:
    """Why the service must not start with its broker address, and what to do; None when it may."""
    url, users = settings.amqp_url.get_secret_value(), settings.broker_users
    user, expected = user_in(url), users.user_of(service)
    if (weak := " and ".join(_broker_weaknesses(url, user, shared=users.shared))) and not (
        settings.weak_access_on_loopback and is_own_machine(urlsplit(url).hostname or "localhost")
    ):
        return f"{weak}. Import what `broker-definitions` prints, and give {service} its own user there. {_OWN_MACHINE}"
    if user != expected:
        return (
            f"FAKTURA_AMQP_URL connects as {user}, but events of {service} are only accepted from {expected}; "
            "see FAKTURA_BROKER_USER"
        )
    return None


def _broker_weaknesses(url: str, user: str, *, shared: bool) -> Iterator[str]:
    if user == DEFAULT_USER:
        yield "FAKTURA_AMQP_URL connects as guest, whose password everybody knows"
    elif not urlsplit(url).password:
        yield "FAKTURA_AMQP_URL has no password"
    if shared:
        yield "FAKTURA_BROKER_USER is one user for all services, who can forge each other's events"


def wrong_database_access(settings: CommonSettings, service: str) -> str | None:
    """Why the service must not start with its database address, and what to do; None when it may.

    Raises OperationalError when the database cannot be reached.
    """
    engine = sa.create_engine(settings.database(service), hide_parameters=True)
    try:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            weak = " and ".join(
                _database_weaknesses(connection, driver, with_certificate="sslcert" in engine.url.query)
            )
            local = is_own_machine(driver.info.hostaddr or driver.info.host)
    finally:
        engine.dispose()
    if not weak or (settings.weak_access_on_loopback and local):
        return None
    return (
        f"{weak}. Give the role faktura_{service} a password, ask for it in pg_hba.conf (scram-sha-256), and "
        f"name both in FAKTURA_DATABASE_URL (the owner belongs in FAKTURA_OWNER_DATABASE_URL). {_OWN_MACHINE}"
    )


def _database_weaknesses(connection: sa.Connection, driver: Any, *, with_certificate: bool) -> Iterator[str]:
    """The server's view counts: a password in the address is worth nothing where the server trusts everybody."""
    if not (driver.pgconn.used_password or (with_certificate and driver.pgconn.ssl_in_use)):
        yield "the database let FAKTURA_DATABASE_URL in without a password"
    role = connection.execute(_ROLE).one()
    if role.bypasses:
        yield "the role of FAKTURA_DATABASE_URL bypasses row security (superuser or BYPASSRLS)"
    elif role.owns:
        yield "the role of FAKTURA_DATABASE_URL owns tables, and can so turn row security off"


def is_own_machine(host: str) -> bool:
    """Whether a host is the loopback, or the directory of a Unix socket."""
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
