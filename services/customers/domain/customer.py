"""A customer (kunde): the buyer on a client's documents, and how it has agreed to receive and pay them."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from services.customers.domain.checks import Checks
from services.customers.domain.client import checked_orgnr, kid_agreement
from services.customers.domain.contact import email
from services.customers.domain.errors import (
    ChannelsMissing,
    ChannelTwice,
    CustomerNumberTooLong,
    EmailChannelNeedsAddress,
    FixedField,
    OrgnrOfPerson,
    StaleVersion,
    TermsOutside,
)
from services.customers.domain.postal import checked_address
from services.customers.domain.text import EXTERNAL_ID_MAX, NAME_MAX, line, optional_line
from shared.contracts.values import KidTerms, PostalAddress
from shared.values import Channel, Language

USUAL_TERMS_DAYS: Final = 14
MAX_TERMS_DAYS: Final = 180
LARGEST_NUMBER: Final = 99_999_999


@dataclass(frozen=True)
class CustomerDetails:
    """What is said of a customer and may change. `channels` is the delivery agreement, in order of preference."""

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
    """What is said when a customer is registered. Without a number it gets the next free one."""

    details: CustomerDetails
    customer_number: int | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Customer:
    customer_id: UUID
    client_id: UUID
    version: int
    customer_number: int
    details: CustomerDetails
    external_id: str | None
    registered_at: datetime

    def changed(self, told: NewCustomer, expected: frozenset[int]) -> Self:
        """The next version, or this very one when nothing is different.

        Raises StaleVersion unless the caller saw this version, and FixedField for its number and a given external id.
        """
        if self.version not in expected:
            raise StaleVersion(current=self.version)
        checks = Checks()
        same_number = told.customer_number in (None, self.customer_number)
        same_external_id = self.external_id is None or told.external_id in (None, self.external_id)
        checks.that(same_number, FixedField(pointer="/customer_number", field="customer_number"))
        checks.that(same_external_id, FixedField(pointer="/external_id", field="external_id"))
        checks.settle()
        external_id = self.external_id or told.external_id
        if (told.details, external_id) == (self.details, self.external_id):
            return self
        return replace(self, details=told.details, external_id=external_id, version=self.version + 1)


def checked_customer(told: NewCustomer) -> NewCustomer:
    """What was told, cleaned; raises Refused naming every fault."""
    checks = Checks()
    details = checks.of(lambda: _checked_details(told.details), told.details)
    external_id = checks.of(lambda: optional_line(told.external_id, "/external_id", EXTERNAL_ID_MAX), None)
    checks.settle()
    return NewCustomer(details, told.customer_number, external_id)


def check_number_fits(customer_number: int, terms: KidTerms, pointer: str) -> None:
    """A number that the client's KID has no room for would stop the customer's first invoice; it is refused here."""
    digits = kid_agreement(terms).customer_digits
    if len(str(customer_number)) > digits:
        raise CustomerNumberTooLong(pointer=pointer, customer_number=customer_number, digits=digits)


def _checked_details(told: CustomerDetails) -> CustomerDetails:
    checks = Checks()
    details = replace(
        told,
        name=checks.of(lambda: line(told.name, "/name", NAME_MAX), told.name),
        orgnr=checks.of(lambda: _orgnr(told), None),
        address=checks.of(lambda: checked_address(told.address), told.address),
        email=checks.of(lambda: email(told.email, "/email"), told.email),
    )
    checks.of(lambda: _check_channels(details), None)
    within = 0 <= told.payment_terms_days <= MAX_TERMS_DAYS
    checks.that(within, TermsOutside(pointer="/payment_terms_days", max_days=MAX_TERMS_DAYS))
    checks.settle()
    return details


def _orgnr(told: CustomerDetails) -> str | None:
    if told.orgnr is None or not told.orgnr.strip():
        return None
    if not told.is_business:
        raise OrgnrOfPerson(pointer="/orgnr")
    return checked_orgnr(told.orgnr)


def _check_channels(details: CustomerDetails) -> None:
    checks = Checks()
    checks.that(bool(details.channels), ChannelsMissing(pointer="/channels"))
    for channel, times in Counter(details.channels).items():
        checks.that(times == 1, ChannelTwice(pointer="/channels", channel=channel))
    reachable = "email" not in details.channels or details.email is not None
    checks.that(reachable, EmailChannelNeedsAddress(pointer="/email"))
    checks.settle()
