"""A customer (kunde): the buyer on a client's documents, and how it has agreed to receive and pay them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from services.customers.domain.checks import Checks
from services.customers.domain.client import KidTerms, checked_orgnr, kid_agreement
from services.customers.domain.contact import email
from services.customers.domain.errors import (
    ChannelsMissing,
    CustomerNumberTooLong,
    DuplicateChannel,
    EmailChannelNeedsAddress,
    FixedField,
    OrgnrOfPerson,
    StaleVersion,
    TermsOutOfRange,
)
from services.customers.domain.postal import PostalAddress, checked_address
from services.customers.domain.text import EXTERNAL_ID_MAX, NAME_MAX, line, optional_line
from shared.problems import DomainError
from shared.values import Channel, Language

USUAL_TERMS_DAYS: Final = 14
MAX_TERMS_DAYS: Final = 180
LARGEST_NUMBER: Final = 99_999_999


@dataclass(frozen=True)
class CustomerDetails:
    """Everything about a customer that may change. `channels` is the delivery agreement, in order of preference."""

    is_business: bool
    name: str
    address: PostalAddress
    channels: tuple[Channel, ...]
    orgnr: str | None = None
    email: str | None = None
    language: Language = "nb"
    payment_terms_days: int = USUAL_TERMS_DAYS
    active: bool = True


@dataclass(frozen=True)
class NewCustomer:
    """A customer as the client describes it. Without `customer_number` it gets the next free one."""

    details: CustomerDetails
    customer_number: int | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Customer:
    """A registered customer. `version` counts from 1."""

    customer_id: UUID
    client_id: UUID
    version: int
    customer_number: int
    details: CustomerDetails
    external_id: str | None
    registered_at: datetime

    def changed(self, changes: NewCustomer, expected: frozenset[int]) -> Self:
        """The next version, or this one when nothing differs.

        Raises StaleVersion unless this version is among the `expected`, and FixedField for another number or another
        external id than the one already given.
        """
        if self.version not in expected:
            raise StaleVersion(current=self.version)
        checks = Checks()
        same_number = changes.customer_number in (None, self.customer_number)
        same_external_id = self.external_id is None or changes.external_id in (None, self.external_id)
        checks.require(same_number, FixedField(pointer="/customer_number", field="customer_number"))
        checks.require(same_external_id, FixedField(pointer="/external_id", field="external_id"))
        checks.finish()
        external_id = self.external_id or changes.external_id
        if (changes.details, external_id) == (self.details, self.external_id):
            return self
        return replace(self, details=changes.details, external_id=external_id, version=self.version + 1)


def checked_customer(customer: NewCustomer) -> NewCustomer:
    """The customer cleaned. Raises Refused with every fault."""
    checks = Checks()
    details = checks.run(lambda: _checked_details(customer.details), customer.details)
    external_id = checks.run(lambda: optional_line(customer.external_id, "/external_id", EXTERNAL_ID_MAX), None)
    checks.finish()
    return NewCustomer(details, customer.customer_number, external_id)


@dataclass(frozen=True)
class ChannelNeed:
    """A field that a customer must have to be reached on a channel, and the error when it is missing."""

    field: str
    error: type[DomainError]


CHANNEL_NEEDS: Final[Mapping[Channel, tuple[ChannelNeed, ...]]] = {
    "email": (ChannelNeed("email", EmailChannelNeedsAddress),),
}
"""Every customer has a postal address, so print needs nothing more."""


def check_number_fits(customer_number: int, terms: KidTerms, pointer: str) -> None:
    """Raises CustomerNumberTooLong when the KID has no room for the number, which would stop the first invoice."""
    digits = kid_agreement(terms).customer_digits
    if len(str(customer_number)) > digits:
        raise CustomerNumberTooLong(pointer=pointer, customer_number=customer_number, digits=digits)


def _checked_details(details: CustomerDetails) -> CustomerDetails:
    checks = Checks()
    checked = replace(
        details,
        name=checks.run(lambda: line(details.name, "/name", NAME_MAX), details.name),
        orgnr=checks.run(lambda: _orgnr(details), None),
        address=checks.run(lambda: checked_address(details.address), details.address),
        email=checks.run(lambda: email(details.email, "/email"), details.email),
    )
    checks.run(lambda: _check_channels(checked), None)
    in_range = 0 <= details.payment_terms_days <= MAX_TERMS_DAYS
    checks.require(in_range, TermsOutOfRange(pointer="/payment_terms_days", max_days=MAX_TERMS_DAYS))
    checks.finish()
    return checked


def _orgnr(details: CustomerDetails) -> str | None:
    if details.orgnr is None or not details.orgnr.strip():
        return None
    if not details.is_business:
        raise OrgnrOfPerson(pointer="/orgnr")
    return checked_orgnr(details.orgnr)


def _check_channels(details: CustomerDetails) -> None:
    checks = Checks()
    checks.require(bool(details.channels), ChannelsMissing(pointer="/channels"))
    for channel, count in Counter(details.channels).items():
        checks.require(count == 1, DuplicateChannel(pointer="/channels", channel=channel))
        for need in CHANNEL_NEEDS.get(channel, ()):
            checks.require(getattr(details, need.field) is not None, need.error(pointer=f"/{need.field}"))
    checks.finish()
