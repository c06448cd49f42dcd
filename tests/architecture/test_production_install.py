"""A production install, without `dev/` and with the packages of requirements.lock only, runs everything that ships."""

import asyncio
import re
import shutil
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import distributions
from pathlib import Path

import httpx2
import pytest

from dev.broker import PrivateBroker
from dev.ports import free_port
from services.system import NAMES
from shared.messaging.origin import user_in
from tests.support.eventually import eventually
from tests.support.postgres import TestPostgres

ROOT = Path(__file__).parents[2]
SHIPPED = ("cli", "services", "shared")
LOCKS = ("requirements.lock", "requirements-local.lock", "requirements-dev.lock")
IMPORT_ALL = """
import importlib, pkgutil
for top in ("cli", "services", "shared"):
    for module in pkgutil.walk_packages(importlib.import_module(top).__path__, top + "."):
        if not {"migrations", "alembic", "__main__", "child"} & set(module.name.split(".")):
            importlib.import_module(module.name)
            print(module.name)
"""
"""Not the child of rendering: it confines the process that imports it."""


def locked(lock: str) -> dict[str, str]:
    """The packages of a lock by normalised name, with their versions."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {normalised(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.+!]+)", text, re.MULTILINE)}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def files_not_installed() -> Iterator[str]:
    """The modules here that a production install does not have."""
    production = locked("requirements.lock")
    for distribution in distributions():
        if normalised(distribution.name) not in production:
            for file in distribution.files or ():
                if file.suffix in (".py", ".so"):
                    yield str(distribution.locate_file(file))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what ships, in which Python finds only the packages of requirements.lock."""
    folder = tmp_path_factory.mktemp("production")
    for name in SHIPPED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(__file__).with_name("production_site.py"), folder / "sitecustomize.py")
    (folder / "not_installed.txt").write_text("\n".join(files_not_installed()), encoding="utf-8")
    return folder


def environment(installation: Path, **settings: str) -> Mapping[str, str]:
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(installation), **settings}


def python(installation: Path, *arguments: str) -> str:
    """What Python prints in the installation."""
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=installation,
        env=environment(installation),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(("smaller", "larger"), [LOCKS[:2], LOCKS[1:]])
def test_each_lock_contains_the_smaller_ones(smaller: str, larger: str) -> None:
    assert locked(smaller).items() <= locked(larger).items()


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_registry(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("module", ["dev", "tests", "pytest", "psutil", "aiosmtpd", "opentelemetry.sdk.trace"])
def test_the_installation_lacks_what_only_development_needs(installation: Path, module: str) -> None:
    with pytest.raises(AssertionError, match="ModuleNotFoundError"):
        python(installation, "-c", f"import {module}")


def test_every_module_that_ships_is_importable(installation: Path) -> None:
    imported = python(installation, "-c", IMPORT_ALL).split()
    assert {f"services.{name}.service" for name in NAMES} <= set(imported)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("--help", "verify"),
        ("settings", "FAKTURA_AMQP_URL"),
        ("topology", "documents.document-confirmed.v1"),
        ("openapi", "/v1/invoices"),
    ],
)
def test_a_command_that_needs_no_database_runs(installation: Path, command: str, expected: str) -> None:
    assert expected in python(installation, "-m", "cli", command)


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_every_service_starts(installation: Path, postgres: TestPostgres, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        broker = await asyncio.to_thread(PrivateBroker(tmp_path / "broker").start)
        stack.push_async_callback(asyncio.to_thread, broker.stop)
        http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
        ports = []
        for name in NAMES:
            database = postgres.fresh(name)
            stack.callback(database.drop)
            settings = {
                "FAKTURA_AMQP_URL": broker.url,
                "FAKTURA_BROKER_USER": user_in(broker.url),
                "FAKTURA_DATABASE_URL": database.settings(tmp_path).database_url.get_secret_value(),
                "FAKTURA_OBJECT_STORE": f"file://{tmp_path / 'objects'}",
            }
            ports.append(await stack.enter_async_context(_service(installation, name, settings)))
        for port in ports:
            assert await eventually(partial(_is_live, http, port), within=90, every=0.2)


@asynccontextmanager
async def _service(installation: Path, name: str, settings: Mapping[str, str]) -> AsyncIterator[int]:
    """A service as its own process; yields its port."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "run", name),
        cwd=installation,
        env=environment(installation, **settings, FAKTURA_PORT=str(port)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    assert await process.wait() == 0


async def _is_live(http: httpx2.AsyncClient, port: int) -> bool:
    return (await http.get(f"http://127.0.0.1:{port}/health/live")).is_success
