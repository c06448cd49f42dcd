"""THE MAP: every service in pipeline order, what it publishes and subscribes to, and which paths it serves.

    customers ──client, customer, key──▶ all ──audit-entries-recorded──▶ customers

    documents ──confirmed──▶ rendering ──rendered──▶ delivery ──dispatched──▶ ledger ──▶ entry-posted
        ▲  └────confirmed──▶ payments ◀── bank file
        └────── matched, settled, overdue ──┴── matched ──▶ ledger      (dispatched ──▶ payments, documents)

A test compares this map with what each service's own `service.py` declares.
"""

import importlib
from dataclasses import dataclass
from typing import Any

from shared.contracts import customers, delivery, documents, ledger, payments, rendering
from shared.contracts.envelope import Event
from shared.messaging.topology import QueueSpec, subscription_queue
from shared.service import Service


@dataclass(frozen=True)
class ServiceSpec:
    """A service on the map. `paths` are prefixes, `{id}` matches one segment; the longest match wins."""

    name: str
    publishes: tuple[type[Event], ...]
    subscribes: tuple[type[Event], ...]
    paths: tuple[str, ...]
    port: int


SYSTEM: tuple[ServiceSpec, ...] = (
    ServiceSpec(
        name="customers",
        publishes=(
            customers.ClientChanged,
            customers.CustomerChanged,
            customers.ApiKeyChanged,
            customers.ApiKeysCurrent,
            customers.AuditEntriesRecorded,
        ),
        subscribes=(
            customers.AuditEntriesRecorded,
            documents.AuditEntriesRecorded,
            rendering.AuditEntriesRecorded,
            delivery.AuditEntriesRecorded,
            ledger.AuditEntriesRecorded,
            payments.AuditEntriesRecorded,
        ),
        paths=(
            "/v1/clients",
            "/v1/client",
            "/v1/customers",
            "/v1/api-keys",
            "/v1/approvals",
            "/v1/audit-entries",
        ),
        port=8101,
    ),
    ServiceSpec(
        name="documents",
        publishes=(documents.DocumentConfirmed, documents.AuditEntriesRecorded),
        subscribes=(
            customers.ClientChanged,
            customers.CustomerChanged,
            customers.ApiKeyChanged,
            customers.ApiKeysCurrent,
            rendering.DocumentHeld,
            delivery.DocumentDispatched,
            delivery.DocumentDelayed,
            delivery.DocumentUndeliverable,
            payments.PaymentMatched,
            payments.MatchUndone,
            payments.DocumentSettled,
            payments.DocumentReopened,
            payments.DocumentOverdue,
        ),
        paths=("/v1/invoices", "/v1/orders", "/v1/credit-notes", "/v1/reminders", "/v1/mva-codes", "/v1/number-series"),
        port=8102,
    ),
    ServiceSpec(
        name="rendering",
        publishes=(rendering.DocumentRendered, rendering.DocumentHeld, rendering.AuditEntriesRecorded),
        subscribes=(
            customers.ClientChanged,
            customers.ApiKeyChanged,
            customers.ApiKeysCurrent,
            documents.DocumentConfirmed,
        ),
        paths=("/v1/renderings",),
        port=8103,
    ),
    ServiceSpec(
        name="delivery",
        publishes=(
            delivery.DocumentDispatched,
            delivery.DocumentDelayed,
            delivery.DocumentUndeliverable,
            delivery.AuditEntriesRecorded,
        ),
        subscribes=(customers.ApiKeyChanged, customers.ApiKeysCurrent, rendering.DocumentRendered),
        paths=("/v1/deliveries", "/v1/print-jobs"),
        port=8104,
    ),
    ServiceSpec(
        name="ledger",
        publishes=(ledger.EntryPosted, ledger.ClearingPosted, ledger.AuditEntriesRecorded),
        subscribes=(
            customers.ClientChanged,
            customers.ApiKeyChanged,
            customers.ApiKeysCurrent,
            delivery.DocumentDispatched,
            delivery.DocumentDelayed,
            delivery.DocumentUndeliverable,
            rendering.DocumentHeld,
            payments.PaymentMatched,
            payments.PaymentUnmatched,
            payments.MatchUndone,
            payments.PaymentRefunded,
        ),
        paths=("/v1/ledger", "/v1/customers/{customer_id}/account"),
        port=8105,
    ),
    ServiceSpec(
        name="payments",
        publishes=(
            payments.BankFileImported,
            payments.PaymentMatched,
            payments.PaymentUnmatched,
            payments.MatchUndone,
            payments.PaymentRefunded,
            payments.DocumentSettled,
            payments.DocumentReopened,
            payments.DocumentOverdue,
            payments.AuditEntriesRecorded,
        ),
        subscribes=(
            customers.ClientChanged,
            customers.ApiKeyChanged,
            customers.ApiKeysCurrent,
            documents.DocumentConfirmed,
            delivery.DocumentDispatched,
        ),
        paths=("/v1/bank-files", "/v1/bank-file-approvals", "/v1/payments", "/v1/claims"),
        port=8106,
    ),
)

NAMES: tuple[str, ...] = tuple(spec.name for spec in SYSTEM)


def service_spec(name: str) -> ServiceSpec:
    """The service's entry on the map. Raises LookupError, which names the services."""
    for spec in SYSTEM:
        if spec.name == name:
            return spec
    raise LookupError(f"no service {name!r}; there are {', '.join(NAMES)}")


def load(name: str) -> Service[Any]:
    """The service itself. Only its own modules are imported, so a process of one service stays small."""
    module = importlib.import_module(f"services.{service_spec(name).name}.service")
    service: Service[Any] = module.SERVICE
    return service


def subscribed_queues() -> list[QueueSpec]:
    """The queue of every subscription: all must exist before the first service publishes."""
    return [subscription_queue(spec.name, event.TYPE) for spec in SYSTEM for event in spec.subscribes]
