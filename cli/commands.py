"""The commands that ship. Each imports what it needs when it is called, so that `--help` is quick."""

import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeVar
from uuid import UUID

from cyclopts import App, Parameter

if TYPE_CHECKING:
    from shared.settings import CommonSettings

T = TypeVar("T")

app = App(name="faktura", help="Fakturaservice: runs the invoices of many clients.", version="0.1.0")
parked = App(name="parked", help="Messages that could not be handled: list, show, replay, discard.")
app.command(parked)


@app.command
def run(service: str) -> None:
    """Run one service as its own process, against the RabbitMQ and PostgreSQL that the settings name."""
    from cli.run import CannotStart, run_service
    from shared.settings import CommonSettings

    try:
        run_async(run_service(service, CommonSettings()))
    except (CannotStart, LookupError) as error:
        fail(str(error))


@app.command
def migrate(service: str | None = None) -> None:
    """Bring the databases of all services, or of one, to their newest form, as their owner."""
    from cli.migrate import migrate_all
    from services.system import NAMES, service_spec
    from shared.settings import CommonSettings

    try:
        names = NAMES if service is None else (service_spec(service).name,)
    except LookupError as error:
        fail(str(error))
    with _database_errors():
        migrate_all(CommonSettings(), names)


@app.command(name="bureau-key")
def bureau_key(*, holder: str | None = None) -> None:
    """Create an API key for the bureau. It is shown this once.

    Args:
        holder: the person that the key is for, by name or e-mail. What takes two persons needs keys of two.
    """
    from cli.bureau_key import put_bureau_key
    from shared.clock import SystemClock
    from shared.http.auth import new_secret
    from shared.settings import CommonSettings

    secret = new_secret(live=True)
    with _database_errors():
        run_async(put_bureau_key(CommonSettings(), SystemClock(), secret, holder))
    print(secret)


@app.command
def verify(*, every: Annotated[bool, Parameter(name="--all", negative=())] = False) -> None:
    """Check every invariant over all databases; exit status 1 when one is broken. What is under way is not broken.

    Args:
        every: print every check, and not only what is broken and what is under way.
    """
    from cli.console import show_findings
    from cli.verify import verify as check

    async def nothing_is_broken(settings: "CommonSettings") -> bool:
        return show_findings(await check(settings), every=every)

    _with_settings(nothing_is_broken)


@app.command
def retention() -> None:
    """Delete now what is old; every service does this by itself."""
    from cli.retention import prune_all

    _with_settings(prune_all)


@app.command
def topology() -> None:
    """Print the queues and bindings on the broker."""
    from services.system import subscribed_queues

    for queue in subscribed_queues():
        print(f"{queue.exchange} --{queue.routing_key}--> {queue.name}")


@app.command(name="broker-definitions")
def broker_definitions(*, passwords: Path, vhost: str = "/") -> None:
    """Print users, rights, exchanges, queues and bindings, for `rabbitmqctl import_definitions`.

    Parameters
    ----------
    passwords
        A JSON file with the password of each service's broker user. Missing ones are made and written to it.
    """
    import json

    from cli.broker_definitions import BadPasswordFile, definitions, passwords_in
    from shared.messaging.topology import dropped_queues
    from shared.settings import CommonSettings

    users = CommonSettings().broker_users
    if users.shared:
        fail("FAKTURA_BROKER_USER names one user for all services; with {service} in it each gets its own")
    try:
        print(json.dumps(definitions(users, passwords_in(passwords), vhost), indent=2))
    except (BadPasswordFile, OSError) as error:
        fail(str(error))
    for queue in dropped_queues():
        print(f"no subscription uses {queue.name} any more: look at what it holds, then delete it", file=sys.stderr)


@app.command
def settings() -> None:
    """Print every setting with its default."""
    from cli.settings import all_settings

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
def parked_list() -> None:
    """List every parked message of every service, one a line."""
    from cli.parked import list_parked

    _with_settings(list_parked)


@parked.command
def show(message_id: UUID) -> None:
    """Print one parked message in full, with the reason."""
    from cli.parked import show_parked

    _with_settings(lambda settings: show_parked(settings, message_id))


@parked.command
def replay(message_id: UUID | Literal["all"]) -> None:
    """Give a parked message, or all of them, a new set of attempts; a running service picks it up."""
    from cli.parked import replay_parked

    _with_settings(lambda settings: replay_parked(settings, None if message_id == "all" else message_id))


@parked.command
def discard(message_id: UUID, *, reason: str) -> None:
    """Give up on a parked message for good; the reason is kept with it."""
    from cli.parked import discard_parked

    _with_settings(lambda settings: discard_parked(settings, message_id, reason))


def run_async(work: Coroutine[Any, Any, T]) -> T:
    import uvloop

    return uvloop.run(work)


def fail(reason: str) -> NoReturn:
    """Print why the command cannot be carried out, and exit with 1."""
    print(f"faktura: {reason}", file=sys.stderr)
    sys.exit(1)


def _with_settings(act: "Callable[[CommonSettings], Coroutine[Any, Any, bool]]") -> None:
    """Exit with 1 when `act` returns False."""
    from shared.settings import CommonSettings

    with _database_errors():
        if not run_async(act(CommonSettings())):
            sys.exit(1)


@contextmanager
def _database_errors() -> Iterator[None]:
    """Report a database that cannot be used in one line instead of a traceback."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    try:
        yield
    except OperationalError as error:
        fail(f"a database cannot be reached ({_first_line(error.orig)}); see FAKTURA_DATABASE_URL")
    except ProgrammingError as error:
        fail(f"a database is not as expected ({_first_line(error.orig)}); has `migrate` been run?")


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0]
