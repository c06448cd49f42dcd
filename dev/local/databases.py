"""The databases of a local system: embedded, or a server that the settings name."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from dev.local.environment import in_environment
from dev.postgres import EmbeddedPostgres, EmbeddedPostgresError
from services.system import NAMES


class NoLocalDatabases(RuntimeError):
    """No local system has been started in this folder."""


@contextmanager
def databases(folder: Path, *, fast: bool = False) -> Iterator[tuple[str, str]]:
    """URLs of the services' databases, as (for the services, for the owner).

    A server that FAKTURA_DATABASE_URL names wins over the embedded one.
    """
    configured = os.environ.get("FAKTURA_DATABASE_URL")
    if configured:
        yield configured, os.environ.get("FAKTURA_OWNER_DATABASE_URL", configured)
        return
    with EmbeddedPostgres.start(folder, fast=fast) as server:
        server.create_databases([f"faktura_{name}" for name in NAMES])
        yield url_templates(server)


def url_templates(server: EmbeddedPostgres) -> tuple[str, str]:
    """URL templates of an embedded server, with `{database}` and `{role}` left open; as (for the services, for the
    owner)."""
    services = server.dsn("DATABASE", "ROLE").replace("DATABASE", "{database}").replace("ROLE", "{role}")
    return services, server.dsn("DATABASE").replace("DATABASE", "{database}")


def local_databases(data: Path) -> AbstractContextManager[None]:
    """Name the databases of `up` in the environment; if `up` is stopped, their server runs meanwhile.

    Raises:
        NoLocalDatabases: there are none in this folder.
    """
    if not (data / "postgres").exists():
        raise NoLocalDatabases(f"there are no databases in {data}; start `./faktura up`, or set FAKTURA_DATABASE_URL")
    return _joined(data / "postgres")


@contextmanager
def _joined(folder: Path) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            server = EmbeddedPostgres.join(folder)
        except EmbeddedPostgresError:
            server = stack.enter_context(EmbeddedPostgres.start(folder))
        services_url, owner_url = url_templates(server)
        stack.enter_context(
            in_environment({"FAKTURA_DATABASE_URL": services_url, "FAKTURA_OWNER_DATABASE_URL": owner_url})
        )
        yield
