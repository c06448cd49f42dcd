"""The events of this service: every change as a full snapshot with its version; and the audit of all services."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from services.customers.domain.api_key import ApiKey, KeyChanges
from services.customers.domain.audit import LoggedEntry
from services.customers.domain.client import Client
from services.customers.domain.customer import Customer
from shared.contracts.audit import AuditBatch
from shared.contracts.customers import (
    ApiKeyChanged,
    ApiKeysCurrent,
    ClientChanged,
    CustomerChanged,
)
from shared.contracts.values import KidTerms, PostalAddress
from shared.db.audit import Change

R = TypeVar("R", ApiKey, Client, Customer)
"""A resource that changes are recorded of."""


def client_changed(client: Client) -> ClientChanged:
    details = client.details
    return ClientChanged(
        client_id=client.client_id,
        version=client.version,
        name=details.name,
        orgnr=details.orgnr,
        legal_form=details.legal_form,
        mva_registered=details.mva_registered,
        in_foretaksregisteret=details.in_foretaksregisteret,
        address=PostalAddress.model_validate(details.address),
        bank_account=details.bank_account,
        kid=KidTerms.model_validate(details.kid),
        email=details.email,
        phone=details.phone,
        website=details.website,
        logo=client.logo,
        bic=details.bic,
        first_invoice_number=client.first_invoice_number,
        active=details.active,
    )


def customer_changed(customer: Customer) -> CustomerChanged:
    details = customer.details
    return CustomerChanged(
        client_id=customer.client_id,
        customer_id=customer.customer_id,
        version=customer.version,
        customer_number=customer.customer_number,
        is_business=details.is_business,
        name=details.name,
        orgnr=details.orgnr,
        address=PostalAddress.model_validate(details.address),
        email=details.email,
        language=details.language,
        channels=details.channels,
        payment_terms_days=details.payment_terms_days,
        active=details.active,
    )


def api_key_changed(key: ApiKey) -> ApiKeyChanged:
    return ApiKeyChanged(
        client_id=key.client_id,
        key_id=key.key_id,
        version=key.version,
        kind=key.kind,
        secret_sha256=key.secret_sha256,
        scopes=key.scopes,
        active=key.active,
        expires_at=key.expires_at,
        holder=key.holder,
        introduced_by=key.introduced_by,
    )


def api_keys_current(changes: KeyChanges) -> ApiKeysCurrent:
    return ApiKeysCurrent(at=changes.at, changes=changes.count)


def client_change(before: Client | None, after: Client) -> Change:
    """For the audit, like the two below: the resource as subscribers know it."""
    return _change("clients", after.client_id, before, after, _client_as_shown)


def customer_change(before: Customer | None, after: Customer) -> Change:
    return _change("customers", after.customer_id, before, after, _customer_as_shown)


def key_change(before: ApiKey | None, after: ApiKey) -> Change:
    """With the label and the prefix, by which people know a key, and without the hash of its secret."""
    return _change("api-keys", after.key_id, before, after, _key_as_shown)


def _change(
    resource: str, resource_id: UUID, before: R | None, after: R, shown: Callable[[R], dict[str, Any]]
) -> Change:
    return Change(
        resource,
        resource_id,
        before=None if before is None else shown(before),
        after=shown(after),
        client_id=after.client_id,
    )


def _client_as_shown(client: Client) -> dict[str, Any]:
    return client_changed(client).model_dump(mode="json")


def _customer_as_shown(customer: Customer) -> dict[str, Any]:
    return customer_changed(customer).model_dump(mode="json")


def _key_as_shown(key: ApiKey) -> dict[str, Any]:
    shown = api_key_changed(key).model_dump(mode="json", exclude={"secret_sha256"})
    return {**shown, "label": key.label, "prefix": key.prefix}


def logged_entries(event: AuditBatch) -> list[LoggedEntry]:
    return [LoggedEntry(service=event.owner(), **dict(entry)) for entry in event.entries]


def key_uses(event: AuditBatch) -> dict[UUID, datetime]:
    return {use.key_id: use.last_used_at for use in event.keys_used}
