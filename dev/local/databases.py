"""The databases of a local system: embedded, or a server that the settings name."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from dev.local.environment import in_environment
from dev.postgres import EmbeddedPostgres, EmbeddedPostgresError
from services.system import NAMES


class NothingHere(RuntimeError):
    """Nobody has started a local system in this folder."""


@contextmanager
def databases(folder: Path, *, fast: bool = False) -> Iterator[tuple[str, str]]:
    """Where the services' databases are, as (for the services, for the owner); the house's settings win over our
    own."""
    configured = os.environ.get("FAKTURA_DATABASE_URL")
    if configured:
        yield configured, os.environ.get("FAKTURA_OWNER_DATABASE_URL", configured)
        return
    with EmbeddedPostgres.start(folder, fast=fast) as server:
        server.create_databases([f"faktura_{name}" for name in NAMES])
        yield addresses(server)


def addresses(server: EmbeddedPostgres) -> tuple[str, str]:
    """The two address templates of an embedded server, with `{database}` and `{role}` left open."""
    opened = server.dsn("DATABASE", "ROLE").replace("DATABASE", "{database}")
    return opened.replace("ROLE", "{role}"), server.dsn("DATABASE").replace("DATABASE", "{database}")


def local_databases(data: Path) -> AbstractContextManager[None]:
    """The databases of a running `up`, or of a stopped one started meanwhile, named in the environment.

    Raises NothingHere when there are none in this folder.
    """
    if not (data / "postgres").exists():
        raise NothingHere(f"there are no databases in {data}; start `./faktura up`, or set FAKTURA_DATABASE_URL")
    return _joined(data / "postgres")


@contextmanager
def _joined(folder: Path) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            server = EmbeddedPostgres.join(folder)
        except EmbeddedPostgresError:
            server = stack.enter_context(EmbeddedPostgres.start(folder))
        services, owner = addresses(server)
        stack.enter_context(in_environment({"FAKTURA_DATABASE_URL": services, "FAKTURA_OWNER_DATABASE_URL": owner}))
        yield
