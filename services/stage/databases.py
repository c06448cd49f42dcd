"""The databases of a stage: embedded, or a server that the settings name; migrated, with the first key in place."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pydantic import SecretStr

from services.customers.usecases.issue_bureau_key import issue_bureau_key
from services.system import NAMES, load
from shared.clock import Clock
from shared.db.database import Cause, Database, open_engine
from shared.db.embedded import EmbeddedPostgres, EmbeddedPostgresError
from shared.db.migrate import migrate
from shared.settings import HouseSettings


class NothingHere(RuntimeError):
    """Nobody has started a house in this place."""


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


@contextmanager
def house_beside(data: Path) -> Iterator[HouseSettings]:
    """Settings for looking into the databases: a configured server, the one a running `up` has, or our own
    meanwhile."""
    if os.environ.get("FAKTURA_DATABASE_URL"):
        yield HouseSettings()
        return
    if not (data / "postgres").exists():
        raise NothingHere(f"there are no databases in {data}; start `./faktura up`, or set FAKTURA_DATABASE_URL")
    with ExitStack() as stack:
        try:
            server = EmbeddedPostgres.join(data / "postgres")
        except EmbeddedPostgresError:
            server = stack.enter_context(EmbeddedPostgres.start(data / "postgres"))
        opened, owner = addresses(server)
        yield HouseSettings(database_url=SecretStr(opened), owner_database_url=SecretStr(owner))


def migrate_all(house: HouseSettings, names: tuple[str, ...] = NAMES) -> None:
    """Bring every named service's database to its newest form."""
    for name in names:
        service = load(name)
        migrate(house.owner_database(name), name, service.tables, service.migrations)


async def put_bureau_key(house: HouseSettings, clock: Clock, secret: str) -> None:
    """Make this secret a key of the bureau. The customers service tells the others as soon as it runs."""
    engine = open_engine(house.database("customers"), application="bootstrap", pool_size=1)
    database = Database(engine, load("customers").tables.tables["outbox"], clock)
    try:
        async with database.unit(Cause("bootstrap")) as work:
            await issue_bureau_key(work, "bootstrap", secret)
    finally:
        await asyncio.shield(database.close())
