"""THE MAP: every service in the order of the pipeline, what it says, what it hears, and which paths it answers.

    customers ──client, customer, key──▶ all

    documents ──confirmed──▶ rendering ──rendered──▶ delivery ──dispatched──▶ ledger ──▶ entry-posted
        ▲  └────confirmed──▶ payments ◀── bank file
        └────── matched, settled, overdue ──┴── matched ──▶ ledger

A test holds this map against what each service's own `service.py` declares.
"""

import importlib
from dataclasses import dataclass

from shared.contracts import customers, delivery, documents, ledger, payments, rendering
from shared.contracts.envelope import Fact
from shared.messaging.topology import QueueSpec, listening_queue
from shared.service import Service


@dataclass(frozen=True)
class Place:
    """A service on the map. `owns` are path templates; the more specific wins, as `{id}` matches one segment."""

    name: str
    says: tuple[type[Fact], ...]
    hears: tuple[type[Fact], ...]
    owns: tuple[str, ...]
    port: int


SYSTEM: tuple[Place, ...] = (
    Place(
        name="customers",
        says=(customers.ClientChanged, customers.CustomerChanged, customers.ApiKeyChanged),
        hears=(),
        owns=("/v1/clients", "/v1/client", "/v1/customers", "/v1/api-keys"),
        port=8101,
    ),
    Place(
        name="documents",
        says=(documents.DocumentConfirmed,),
        hears=(
            customers.ClientChanged,
            customers.CustomerChanged,
            customers.ApiKeyChanged,
            rendering.DocumentHeld,
            delivery.DocumentDispatched,
            delivery.DocumentDelayed,
            delivery.DocumentUndeliverable,
            payments.PaymentMatched,
            payments.DocumentSettled,
            payments.DocumentOverdue,
        ),
        owns=("/v1/invoices", "/v1/orders", "/v1/credit-notes", "/v1/reminders", "/v1/mva-codes"),
        port=8102,
    ),
    Place(
        name="rendering",
        says=(rendering.DocumentRendered, rendering.DocumentHeld),
        hears=(customers.ApiKeyChanged, documents.DocumentConfirmed),
        owns=("/v1/documents",),
        port=8103,
    ),
    Place(
        name="delivery",
        says=(delivery.DocumentDispatched, delivery.DocumentDelayed, delivery.DocumentUndeliverable),
        hears=(customers.ApiKeyChanged, rendering.DocumentRendered),
        owns=("/v1/deliveries", "/v1/print-jobs"),
        port=8104,
    ),
    Place(
        name="ledger",
        says=(ledger.EntryPosted,),
        hears=(
            customers.ClientChanged,
            customers.ApiKeyChanged,
            delivery.DocumentDispatched,
            delivery.DocumentDelayed,
            delivery.DocumentUndeliverable,
            payments.PaymentMatched,
        ),
        owns=("/v1/ledger", "/v1/customers/{customer_id}/account"),
        port=8105,
    ),
    Place(
        name="payments",
        says=(
            payments.BankFileImported,
            payments.PaymentMatched,
            payments.PaymentUnmatched,
            payments.DocumentSettled,
            payments.DocumentOverdue,
        ),
        hears=(customers.ClientChanged, customers.ApiKeyChanged, documents.DocumentConfirmed),
        owns=("/v1/bank-files", "/v1/payments", "/v1/claims"),
        port=8106,
    ),
)

NAMES: tuple[str, ...] = tuple(place.name for place in SYSTEM)


def place(name: str) -> Place:
    """The service's place on the map; LookupError names those there are."""
    for found in SYSTEM:
        if found.name == name:
            return found
    raise LookupError(f"no service {name!r}; there are {', '.join(NAMES)}")


def load(name: str) -> Service:
    """The service itself. Only what is asked for is imported: a process of one service stays small."""
    module = importlib.import_module(f"services.{place(name).name}.service")
    service: Service = module.SERVICE
    return service


def listening_queues() -> list[QueueSpec]:
    """Every queue that anyone listens to, so that whoever starts first can declare them all."""
    return [listening_queue(found.name, fact.TYPE) for found in SYSTEM for fact in found.hears]
