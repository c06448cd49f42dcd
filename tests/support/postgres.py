"""One PostgreSQL for the whole test run, and a fresh database for each test, cloned from a migrated template."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from dev.postgres import EmbeddedPostgres
from services.system import load
from shared.db.migrate import migrate
from shared.settings import CommonSettings

_numbers = itertools.count(1)


class TestPostgres:
    __test__ = False

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server
        # One connection for all tests: to make another for each statement takes longer than the statement.
        self._admin = sa.create_engine(server.dsn("postgres"), isolation_level="AUTOCOMMIT").connect()
        self._templates: set[str] = set()

    def fresh(self, service: str) -> "Fresh":
        """A fully migrated database of this service, for one test."""
        template = f"template_{service}"
        if template not in self._templates:
            self._make_template(service, template)
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._run(f"create database {name} template {template}")
        return Fresh(self, name)

    def _make_template(self, service: str, template: str) -> None:
        self._server.create_databases([template])
        loaded = load(service)
        migrate(self._server.dsn(template), service, loaded.tables, loaded.migrations)
        self._templates.add(template)

    def dsn(self, database: str, user: str | None = None) -> str:
        return self._server.dsn(database, user)

    def drop(self, database: str) -> None:
        self._run(f"drop database if exists {database} with (force)")

    def close(self) -> None:
        self._admin.close()
        self._admin.engine.dispose()

    def _run(self, statement: str) -> None:
        self._admin.execute(sa.text(statement))


class Fresh:
    """The database of one test."""

    def __init__(self, postgres: TestPostgres, name: str) -> None:
        self._postgres = postgres
        self.name = name

    @property
    def owner_url(self) -> str:
        return self._postgres.dsn(self.name)

    def settings(self, objects: Path, **more: object) -> CommonSettings:
        """Settings for a service on this database, connecting as its own role."""
        url = self._postgres.dsn(self.name, "ROLE").replace("ROLE", "{role}")
        values: dict[str, Any] = {"job_pause_s": 0.05, "retry_pause_s": 0.05, "drain_s": 5, "database_pool": 5}
        return CommonSettings(
            database_url=SecretStr(url),
            owner_database_url=SecretStr(self.owner_url),
            object_store=f"file://{objects}",
            **values | more,
        )

    def drop(self) -> None:
        self._postgres.drop(self.name)


@contextmanager
def test_postgres(folder: Path) -> Iterator[TestPostgres]:
    with EmbeddedPostgres.start(folder, fast=True) as server:
        postgres = TestPostgres(server)
        try:
            yield postgres
        finally:
            postgres.close()
    shutil.rmtree(folder)


test_postgres.__test__ = False  # type: ignore[attr-defined]  # pytest looks at the name only
