"""`./faktura …`: the commands of the house. Each imports what it needs when it is called, so that `--help` is quick."""

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeVar
from uuid import UUID

from cyclopts import App, Parameter

if TYPE_CHECKING:
    from shared.settings import HouseSettings

T = TypeVar("T")

app = App(name="faktura", help="Fakturaservice: quotes, orders and invoices in, posted and paid out.", version="0.1.0")
parked = App(name="parked", help="Messages that could not be handled: list, show, replay, discard.")
bench = App(name="bench", help="Measure; never part of the tests.")
app.command(parked)
app.command(bench)

DataDir = Annotated[Path | None, Parameter(help="Where the data lies; by default this user's own place.")]
Bus = Annotated[str, Parameter(help="memory (one process), rabbit (a broker of our own), or amqp://… (yours).")]


def _data(given: Path | None) -> Path:
    from shared.db.embedded import default_data_dir

    return (given or default_data_dir()).absolute()


@app.command
def up(*, bus: Bus = "memory", port: int = 8000, data: DataDir = None, log_level: str = "WARNING") -> None:
    """Run everything on this machine, with a mailbox, a print shop and a bank to try it with. Ctrl-C stops."""
    from services.up import up as run_up

    _on_stage(run_up(_data(data), bus, port, log_level))


@app.command
def down(*, data: DataDir = None) -> None:
    """Stop a database that a killed `up` left running."""
    from shared.db.embedded import down as stop

    print("stopped" if stop(_data(data) / "postgres") else "nothing was running")


@app.command
def run(service: str) -> None:
    """Run one service as its own process, against RabbitMQ and PostgreSQL from settings (FAKTURA_…)."""
    from services.run_one import NoDatabase, NotMigrated, run_service
    from shared.settings import house

    try:
        _run(run_service(service, house()))
    except (NoDatabase, NotMigrated, LookupError) as error:
        _fail(str(error))


@app.command
def migrate(service: str | None = None) -> None:
    """Bring the databases of all services, or of one, to their newest form, as their owner."""
    from services.stage.databases import migrate_all
    from services.system import NAMES, place
    from shared.settings import house

    migrate_all(house(), NAMES if service is None else (place(service).name,))


@app.command
def migration(service: str, message: str) -> None:
    """Draft the next migration of a service from the difference between its tables and its migrations."""
    from services.drafting import draft

    draft(service, message)


@app.command(name="bureau-key")
def bureau_key() -> None:
    """Make a key for the bureau, and show it this once."""
    from services.stage.databases import put_bureau_key
    from shared.clock import SystemClock
    from shared.http.auth import new_secret
    from shared.settings import house

    secret = new_secret(live=True)
    _run(put_bureau_key(house(), SystemClock(), secret))
    print(secret)


@app.command
def demo(*, bus: Bus = "memory", folder: Path | None = None, data: DataDir = None) -> None:
    """Play the diary of one client on the running parts; exit status 0 only if all came true."""
    from services.demo.play import play

    if not _on_stage(play(bus, folder, data)):
        sys.exit(1)


@app.command
def verify(*, data: DataDir = None, verbose: bool = False) -> None:
    """Check every invariant over all databases; exit status 1 when one is broken."""
    from services.reporting import show_findings
    from services.verify import verify as check

    async def whether_all_holds(house: "HouseSettings") -> bool:
        return show_findings(await check(house), verbose=verbose)

    _with_house(data, whether_all_holds)


@app.command
def topology() -> None:
    """Print what stands on the broker."""
    from services.system import listening_queues

    for queue in listening_queues():
        print(f"{queue.exchange} --{queue.routing_key}--> {queue.name}")


@app.command
def settings() -> None:
    """Print every setting of the house with its default."""
    from services.settings_list import all_settings

    for line in all_settings():
        print(line)


@app.command
def openapi() -> None:
    """Print the OpenAPI document of the whole API."""
    import json

    from services.system import NAMES, load
    from shared.http.app import build_app

    print(json.dumps(build_app([load(name) for name in NAMES]).openapi(), indent=2, ensure_ascii=False))


@parked.command(name="list")
def parked_list(*, data: DataDir = None) -> None:
    """Every parked message of every service, one a line."""
    from services.parked import list_parked

    _with_house(data, list_parked)


@parked.command
def show(message_id: UUID, *, data: DataDir = None) -> None:
    """One parked message, whole, with the reason."""
    from services.parked import show_parked

    _with_house(data, lambda house: show_parked(house, message_id))


@parked.command
def replay(message_id: UUID | Literal["all"], *, data: DataDir = None) -> None:
    """Give a parked message, or all, another set of attempts; a running service picks it up."""
    from services.parked import replay_parked

    _with_house(data, lambda house: replay_parked(house, None if message_id == "all" else message_id))


@parked.command
def discard(message_id: UUID, *, reason: str, data: DataDir = None) -> None:
    """Set a parked message aside for good; the reason is kept with it."""
    from services.parked import discard_parked

    _with_house(data, lambda house: discard_parked(house, message_id, reason))


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
    from services.bench.pipeline import measure
    from services.reporting import show_figures, write_figures

    figures = _on_stage(measure(documents, bus, without_rendering=without_rendering, channel=channel))
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
    from services.bench.render import measure
    from services.reporting import show_figures, write_figures

    figures = measure(documents, processes)
    show_figures(f"render, {documents} invoices", figures)
    write_figures(json, figures)


def _with_house(data: Path | None, act: "Callable[[HouseSettings], Coroutine[Any, Any, bool]]") -> None:
    from services.stage.databases import NothingHere, house_beside

    try:
        with house_beside(_data(data)) as house:
            good = _run(act(house))
    except NothingHere as error:
        _fail(str(error))
    if not good:
        sys.exit(1)


def _on_stage(work: Coroutine[Any, Any, T]) -> T:
    """Run what sets up the house itself; what this machine cannot give is said in a line, not in a traceback."""
    from services.stage.stage import PortTaken
    from shared.db.embedded import EmbeddedPostgresError
    from shared.messaging.private_broker import PrivateBrokerError

    try:
        return _run(work)
    except (PortTaken, EmbeddedPostgresError, PrivateBrokerError) as error:
        _fail(str(error))


def _run(work: Coroutine[Any, Any, T]) -> T:
    import uvloop

    return uvloop.run(work)


def _fail(reason: str) -> NoReturn:
    print(f"faktura: {reason}", file=sys.stderr)
    sys.exit(1)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
