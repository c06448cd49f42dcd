"""`./faktura …`: the commands that ship, and those for newcomers and developers, who have their databases locally."""

import os
from collections.abc import Coroutine
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from cyclopts import App, Parameter

from cli.commands import app, discard, fail, parked_list, replay, run_async, show, verify

T = TypeVar("T")

__all__ = ["app"]

bench = App(name="bench", help="Measure; never part of the tests.")
app.command(bench)

Bus = Annotated[str, Parameter(help="memory (one process), rabbit (a private broker), or amqp://… (yours).")]
DataDir = Annotated[Path | None, Parameter(parse=False)]
"""The global option `--data`, which `launch` passes on."""
ON_LOCAL_DATABASES = (verify, parked_list, show, replay, discard)
"""Shipped commands that read databases; here they use those of `up`, whether it is running or stopped."""


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    data: Annotated[
        Path | None, Parameter(help="The folder with the local databases and files; by default the user's own.")
    ] = None,
) -> Any:
    command, bound, not_parsed = app.parse_args(tokens)
    with _local_databases(data) if command in ON_LOCAL_DATABASES else nullcontext():
        return command(*bound.args, **bound.kwargs, **dict.fromkeys(not_parsed, data))


@app.command
def up(*, bus: Bus = "memory", port: int = 8000, log_level: str = "WARNING", data: DataDir) -> None:
    """Run everything on this machine, with a mailbox, a print shop and a bank to try it with. Ctrl-C stops."""
    from dev.up import up as run_up

    _run_locally(run_up(_folder(data), bus, port, log_level))


@app.command
def down(*, data: DataDir) -> None:
    """Stop a database that a killed `up` left running."""
    from dev.postgres import DataDirectoryInUse
    from dev.postgres import down as stop

    try:
        print("stopped" if stop(_folder(data) / "postgres") else "nothing was running")
    except DataDirectoryInUse as error:
        fail(str(error))


@app.command
def demo(*, bus: Bus = "memory", folder: Path | None = None, data: DataDir) -> None:
    """Play the diary of one client on the running system; exit status 0 only if everything happened."""
    import sys

    from dev.demo.play import play

    if not _run_locally(play(bus, folder, data)):
        sys.exit(1)


@app.command
def sbom(*, lock: Path | None = None) -> None:
    """Print what an installation contains as CycloneDX JSON, by default that of production."""
    import json

    from dev.supply_chain.lock import PRODUCTION, BrokenLock
    from dev.supply_chain.sbom import sbom as bill

    try:
        print(json.dumps(bill(lock or PRODUCTION), indent=2, ensure_ascii=False))
    except (BrokenLock, OSError) as error:
        fail(str(error))


@app.command
def migration(service: str, message: str) -> None:
    """Draft the next migration of a service from the difference between its tables and its migrations."""
    from dev.draft_migration import draft

    try:
        draft(service, message)
    except LookupError as error:
        fail(str(error))


@bench.command
def pipeline(
    *,
    documents: int = 1000,
    bus: Bus = "memory",
    without_rendering: Annotated[bool, Parameter(name="--without-rendering", negative="")] = False,
    channel: Literal["email", "print"] = "email",
    json: Annotated[Path | None, Parameter(help="Write the figures here too.")] = None,
) -> None:
    """Documents per second from confirmed to posted, and how long each took."""
    from cli.console import show_figures, write_figures
    from dev.bench.pipeline import measure

    figures = _run_locally(measure(documents, bus, without_rendering=without_rendering, channel=channel))
    show_figures(f"pipeline, {documents} documents, {bus}", figures)
    write_figures(json, figures)


@bench.command
def render(
    *,
    documents: int = 200,
    processes: int | None = None,
    json: Annotated[Path | None, Parameter(help="Write the figures here too.")] = None,
) -> None:
    """Invoices rendered per second and core, beside a plain loop that calls WeasyPrint once per document."""
    from cli.console import show_figures, write_figures
    from dev.bench.render import measure

    figures = measure(documents, processes)
    show_figures(f"render, {documents} invoices", figures)
    write_figures(json, figures)


def _folder(data: Path | None) -> Path:
    from dev.postgres import default_data_dir

    return (data or default_data_dir()).absolute()


def _local_databases(data: Path | None) -> AbstractContextManager[object]:
    """The local databases, unless the environment names others."""
    from dev.local.databases import NoLocalDatabases, local_databases

    if os.environ.get("FAKTURA_DATABASE_URL"):
        return nullcontext()
    try:
        return local_databases(_folder(data))
    except NoLocalDatabases as error:
        fail(str(error))


def _run_locally(work: Coroutine[Any, Any, T]) -> T:
    """Run something on a local system; what this machine cannot give is reported in a line, not in a traceback."""
    from dev.broker import PrivateBrokerError
    from dev.local.system import PortTaken
    from dev.postgres import EmbeddedPostgresError

    try:
        return run_async(work)
    except (PortTaken, EmbeddedPostgresError, PrivateBrokerError) as error:
        fail(str(error))
