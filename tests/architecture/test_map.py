"""The map of the system is true: each service says and hears what services/system.py tells, and is built alike."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

from services.system import NAMES, SYSTEM, load, service_spec, subscribed_queues
from shared.contracts.envelope import Event
from shared.contracts.registry import EVENTS_BY_TYPE
from shared.messaging.topology import consumer_name
from shared.problems import DomainError, Refusals

ROOT = Path(__file__).parents[2]
EACH_SERVICE = pytest.mark.parametrize("name", NAMES)
ROOMS = ("README.md", "service.py", "errors.py", "tables.py", "invariants.py", "handlers.py")
ROOMS_OF_EITHER_KIND = ("api", "store")
FOLDERS = ("domain", "usecases", "migrations")
SEVERAL_VERBS = {
    "rendering/find_document.py": "the document and its file are asked for by the same rule",
    "delivery/expire_leases.py": "mail and print run out alike",
    "delivery/hold_print_job.py": "the lock and the answer to a late token go with the hold",
    "delivery/resolve_delivery.py": "a person and the witness resolve alike",
    "delivery/settle.py": "settling and what follows from it",
}
"""Use-case files with more than one verb, with the reason."""
LISTENS_TO_NOBODY = {"customers"}


@EACH_SERVICE
def test_a_service_says_what_the_map_says(name: str) -> None:
    assert set(load(name).publishes) == set(service_spec(name).publishes)


@EACH_SERVICE
def test_a_service_hears_what_the_map_says(name: str) -> None:
    received = [subscription.event for subscription in load(name).subscriptions]
    assert set(received) == set(service_spec(name).subscribes)
    assert len(received) == len(set(received)), "one queue per fact: two subscriptions to it would share the messages"


@EACH_SERVICE
def test_a_service_really_says_all_that_it_declares_and_nothing_else(name: str) -> None:
    constructed = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for path in (ROOT / "services" / name).rglob("*.py")
        if path.name != "bench.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    events = {event.__name__ for event in EVENTS_BY_TYPE.values()}
    assert constructed & events == {event.__name__ for event in service_spec(name).publishes}


def test_every_fact_is_said_by_its_owner_and_nobody_else() -> None:
    said = {event: found.name for found in SYSTEM for event in found.publishes}
    assert {event.TYPE: owner for event, owner in said.items()} == {
        event.TYPE: event.owner() for event in EVENTS_BY_TYPE.values()
    }


def test_every_listener_has_its_queue() -> None:
    wanted = {consumer_name(name, one.event.TYPE) for name in NAMES for one in load(name).subscriptions}
    assert {queue.name for queue in subscribed_queues()} == wanted


def test_no_two_services_answer_the_same_path_or_port() -> None:
    paths = [path for found in SYSTEM for path in found.paths]
    assert len(paths) == len(set(paths))
    assert len({found.port for found in SYSTEM}) == len(SYSTEM)


@EACH_SERVICE
def test_a_service_has_the_rooms_of_the_house(name: str) -> None:
    home = ROOT / "services" / name
    expected = [room for room in ROOMS if not (room == "handlers.py" and name in LISTENS_TO_NOBODY)]
    missing = [room for room in expected if not (home / room).is_file()]
    missing += [room for room in ROOMS_OF_EITHER_KIND if not _is_room(home, room)]
    missing += [folder for folder in FOLDERS if not (home / folder).is_dir()]
    assert missing == []


def _is_room(home: Path, room: str) -> bool:
    return (home / f"{room}.py").is_file() or (home / room / "__init__.py").is_file()


@EACH_SERVICE
def test_the_page_of_a_service_names_what_it_says_and_hears(name: str) -> None:
    page = (ROOT / "services" / name / "README.md").read_text(encoding="utf-8")
    events = (*service_spec(name).publishes, *service_spec(name).subscribes)
    assert [event.short_name() for event in events if not _is_named(event, page)] == []


def _is_named(event: type[Event], page: str) -> bool:
    """In full, by its class, or as a later one of a row: "document-dispatched, -delayed"."""
    return any(word in page for word in (event.short_name(), event.__name__, f"-{event.short_name().split('-')[-1]}"))


@EACH_SERVICE
def test_every_error_of_a_service_has_a_refusal(name: str) -> None:
    refusals = load(name).refusals
    nameless = [error.__qualname__ for error in _errors_of(name) if not _is_refused(error, refusals)]
    assert nameless == []


def _is_refused(error: type[DomainError], refusals: Refusals) -> bool:
    """By its own entry or a base's; one that is only there to be derived from needs none."""
    return bool(error.__subclasses__()) or any(kind in refusals for kind in error.__mro__)


@EACH_SERVICE
def test_a_refusal_speaks_both_languages_and_blames_the_server_only_for_being_busy(name: str) -> None:
    odd = [
        refusal.code
        for refusal in load(name).refusals.values()
        if not (refusal.nb and refusal.en and (400 <= refusal.status < 500 or refusal.status == 503))
    ]
    assert odd == []


@EACH_SERVICE
def test_both_edges_agree_on_what_is_worth_another_try(name: str) -> None:
    refusals = load(name).refusals
    odd = [error.__name__ for error, refusal in refusals.items() if error.retryable != refusal.retryable]
    assert odd == []


def _errors_of(name: str) -> list[type[DomainError]]:
    found = {
        each
        for module in _modules(name)
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, DomainError) and each.__module__.startswith(f"services.{name}.")
    }
    return sorted(found, key=lambda each: each.__qualname__)


def _modules(name: str) -> list[ModuleType]:
    package = importlib.import_module(f"services.{name}")
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"services.{name}.")]
    return [
        importlib.import_module(each) for each in names if ".migrations" not in each and not each.endswith("__main__")
    ]


@EACH_SERVICE
def test_a_use_case_file_has_one_public_verb(name: str) -> None:
    several = [
        f"{path.relative_to(ROOT)}: {', '.join(verbs)}"
        for path in sorted((ROOT / "services" / name / "usecases").rglob("*.py"))
        if path.name != "__init__.py" and len(verbs := _public_verbs(path)) != 1
        if f"{name}/{path.name}" not in SEVERAL_VERBS
    ]
    assert several == []


def _public_verbs(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]
