"""The map is true: each service publishes and subscribes to what services/system.py states, and is built alike."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from services.system import NAMES, SYSTEM, load, service_spec, subscribed_queues
from shared.contracts.envelope import Event
from shared.contracts.registry import EVENTS_BY_TYPE
from shared.messaging.topology import consumer_name, dropped_queues
from shared.problems import DomainError, Refusals

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"
EACH_SERVICE = pytest.mark.parametrize("name", NAMES)

REQUIRED_FILES = {
    "README.md",
    "__init__.py",
    "errors.py",
    "events.py",
    "handlers.py",
    "invariants.py",
    "service.py",
    "tables.py",
    "tools.py",
}
REQUIRED_FOLDERS = {"domain", "migrations", "usecases"}
FILE_OR_FOLDER = {"api", "store"}
OPTIONAL = {"settings.py", "jobs.py", "jobs", "adapters", "templates"}


@EACH_SERVICE
def test_a_service_publishes_what_the_map_states(name: str) -> None:
    assert set(load(name).publishes) == set(service_spec(name).publishes)


@EACH_SERVICE
def test_a_service_subscribes_to_what_the_map_states(name: str) -> None:
    events = [subscription.event for subscription in load(name).subscriptions]
    assert set(events) == set(service_spec(name).subscribes)
    assert len(events) == len(set(events)), "two subscriptions to an event would share its queue and its messages"


@EACH_SERVICE
def test_a_service_creates_the_events_that_it_publishes_and_no_others(name: str) -> None:
    calls = [
        node
        for path in (SERVICES / name).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    events = {event.__name__ for event in EVENTS_BY_TYPE.values()}
    assert _created(calls) & events == {event.__name__ for event in service_spec(name).publishes}


def _created(calls: Sequence[ast.Call]) -> set[str]:
    """What the calls create, and the event that `audit_jobs` creates from the class that it is given."""
    created = {_name(call.func) for call in calls}
    return created | {_name(event) for call in calls if _name(call.func) == "audit_jobs" for event in call.args}


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_every_event_is_published_by_its_owner_alone() -> None:
    publishers = [(event.TYPE, spec.name) for spec in SYSTEM for event in spec.publishes]
    assert sorted(publishers) == sorted((event.TYPE, event.owner()) for event in EVENTS_BY_TYPE.values())


def test_every_subscription_has_its_queue() -> None:
    consumers = {
        consumer_name(name, subscription.event.TYPE) for name in NAMES for subscription in load(name).subscriptions
    }
    assert {queue.name for queue in subscribed_queues()} == consumers


def test_no_queue_that_is_subscribed_to_counts_as_dropped() -> None:
    assert {queue.name for queue in dropped_queues()}.isdisjoint(queue.name for queue in subscribed_queues())


def test_no_two_services_serve_the_same_path_or_port() -> None:
    paths = [path for spec in SYSTEM for path in spec.paths]
    assert len(paths) == len(set(paths))
    assert len({spec.port for spec in SYSTEM}) == len(SYSTEM)


def test_the_services_folder_holds_the_services_and_the_map() -> None:
    assert _entries(SERVICES) - {"__init__.py"} == {*NAMES, "system.py"}


@EACH_SERVICE
def test_a_service_has_the_same_rooms_as_the_others(name: str) -> None:
    entries = _entries(SERVICES / name)
    either = {f"{room}{suffix}" for room in FILE_OR_FOLDER for suffix in ("", ".py")}
    missing = (REQUIRED_FILES | REQUIRED_FOLDERS) - entries
    missing |= {room for room in FILE_OR_FOLDER if not {room, f"{room}.py"} & entries}
    unknown = entries - REQUIRED_FILES - REQUIRED_FOLDERS - either - OPTIONAL
    assert (sorted(missing), sorted(unknown)) == ([], [])


def _entries(folder: Path) -> set[str]:
    """Files and packages; a folder left behind with nothing but compiled files counts for nothing."""
    return {
        path.name
        for path in folder.iterdir()
        if path.is_file() or any(file.is_file() and file.suffix != ".pyc" for file in path.rglob("*"))
    }


@EACH_SERVICE
def test_the_readme_of_a_service_names_its_events(name: str) -> None:
    page = (SERVICES / name / "README.md").read_text(encoding="utf-8")
    events = (*service_spec(name).publishes, *service_spec(name).subscribes)
    assert [event.short_name() for event in events if not _is_named(event, page)] == []


def _is_named(event: type[Event], page: str) -> bool:
    """In full, by its class, or as a later one of a row: "document-dispatched, -delayed"."""
    return any(word in page for word in (event.short_name(), event.__name__, f"-{event.short_name().split('-')[-1]}"))


@EACH_SERVICE
def test_every_error_of_a_service_is_defined_in_its_domain(name: str) -> None:
    home = f"services.{name}.domain.errors"
    assert [f"{error.__module__}.{error.__name__}" for error in _errors_of(name) if error.__module__ != home] == []


@EACH_SERVICE
def test_every_error_of_a_service_has_a_refusal(name: str) -> None:
    refusals = load(name).refusals
    assert [error.__name__ for error in _errors_of(name) if not _is_refused(error, refusals)] == []


def _is_refused(error: type[DomainError], refusals: Refusals) -> bool:
    """By its own entry or a base's; a class that only serves as a base needs none."""
    return bool(error.__subclasses__()) or any(kind in refusals for kind in error.__mro__)


@EACH_SERVICE
def test_a_refusal_has_text_in_both_languages_and_blames_the_server_only_for_being_busy(name: str) -> None:
    wrong = [
        refusal.code
        for refusal in load(name).refusals.values()
        if not (refusal.nb and refusal.en and (400 <= refusal.status < 500 or refusal.status == 503))
    ]
    assert wrong == []


@EACH_SERVICE
def test_http_and_bus_agree_on_what_can_be_retried(name: str) -> None:
    refusals = load(name).refusals
    assert [error.__name__ for error, refusal in refusals.items() if error.retryable != refusal.retryable] == []


@EACH_SERVICE
def test_an_error_of_something_missing_has_the_code_of_its_name(name: str) -> None:
    """`<Noun>NotFound` is `<noun>-not-found`; `<Noun>NotYetKnown` is `<noun>-not-yet-known`, and worth a retry."""
    wrong = {
        error.__name__: refusal.code
        for error, refusal in load(name).refusals.items()
        for suffix, ending in (("NotFound", "-not-found"), ("NotYetKnown", "-not-yet-known"))
        if error.__name__.endswith(suffix) != refusal.code.endswith(ending)
        or (suffix == "NotYetKnown" and error.__name__.endswith(suffix) and not refusal.retryable)
    }
    assert wrong == {}


def _errors_of(name: str) -> list[type[DomainError]]:
    errors = {
        member
        for module in _modules(name)
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, DomainError) and member.__module__.startswith(f"services.{name}.")
    }
    return sorted(errors, key=lambda error: error.__qualname__)


def _modules(name: str) -> Iterator[ModuleType]:
    package = importlib.import_module(f"services.{name}")
    for module in pkgutil.walk_packages(package.__path__, f"services.{name}."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


@EACH_SERVICE
def test_a_use_case_file_has_one_public_verb(name: str) -> None:
    usecases = SERVICES / name / "usecases"
    several = {
        path.relative_to(usecases).as_posix(): verbs
        for path in sorted(usecases.rglob("*.py"))
        if path.name != "__init__.py" and len(verbs := _public_functions(path)) != 1
    }
    assert several == {}


def _public_functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]
