"""The events of this service: every change as a full snapshot with its version."""

from services.customers.domain.api_key import ApiKey, KeyChanges
from services.customers.domain.client import Client
from services.customers.domain.customer import Customer
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent, ClientChanged, CustomerChanged
from shared.contracts.values import KidTerms, PostalAddress


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
    )


def api_keys_current(changes: KeyChanges) -> ApiKeysCurrent:
    return ApiKeysCurrent(at=changes.at, changes=changes.count)
