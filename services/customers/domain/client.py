"""A client (klient, oppdragsgiver): the seller on the documents, and the tenant of the system."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from services.customers.domain.checks import Checks
from services.customers.domain.contact import email, phone, website
from services.customers.domain.errors import (
    BankAccountInvalid,
    FirstNumberTooLong,
    FixedField,
    KidAgreementInvalid,
    OrgnrInvalid,
    StaleVersion,
)
from services.customers.domain.postal import checked_address
from services.customers.domain.text import EXTERNAL_ID_MAX, NAME_MAX, line, optional_line
from shared.contracts.values import KidTerms, PostalAddress
from shared.kid import KidAgreement, KidAgreementError, KidAlgorithm
from shared.orgnr import BankAccountError, OrgnrError, bank_account, orgnr
from shared.values import LegalForm

# Must be entered in Foretaksregisteret before they do business (foretaksregisterloven § 2-1), and their sales documents
# must say so (bokføringsforskriften § 5-1-2). Others may be: then the bureau says it.
_ALWAYS_IN_FORETAKSREGISTERET: Final = frozenset({"AS", "ASA", "NUF"})


@dataclass(frozen=True)
class ClientDetails:
    """What is said of a client and may change."""

    name: str
    orgnr: str
    legal_form: LegalForm
    mva_registered: bool
    in_foretaksregisteret: bool
    address: PostalAddress
    bank_account: str
    kid: KidTerms
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    active: bool = True


@dataclass(frozen=True)
class NewClient:
    """What is said when a client is registered. Its invoices are numbered from 1 unless something else is said."""

    details: ClientDetails
    first_invoice_number: int | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Client:
    client_id: UUID
    version: int
    details: ClientDetails
    first_invoice_number: int
    external_id: str | None
    logo: str | None
    registered_at: datetime

    def changed(self, told: NewClient, expected: frozenset[int]) -> Self:
        """The next version, or this very one when nothing is different.

        Raises StaleVersion unless the caller saw this version; FixedField for what numbering and books stand on:
        another organisation number is another legal person, with series and books of its own.
        """
        if self.version not in expected:
            raise StaleVersion(current=self.version)
        fixed = {
            "orgnr": (self.details.orgnr, told.details.orgnr),
            "first_invoice_number": (self.first_invoice_number, told.first_invoice_number or self.first_invoice_number),
            "external_id": (self.external_id, told.external_id or self.external_id),
        }
        checks = Checks()
        for name, (stands, said) in fixed.items():
            checks.that(stands == said, FixedField(pointer=f"/{name}", field=name))
        checks.settle()
        check_first_number(self.first_invoice_number, told.details.kid)
        return self if told.details == self.details else replace(self, details=told.details, version=self.version + 1)

    def with_logo(self, sha256: str | None) -> Self:
        """The next version with this logo, or this very one when it has it already."""
        return self if sha256 == self.logo else replace(self, logo=sha256, version=self.version + 1)


def always_in_foretaksregisteret(form: LegalForm) -> bool:
    """Whether the legal form alone tells that the client is registered there."""
    return form in _ALWAYS_IN_FORETAKSREGISTERET


def checked_client(told: NewClient) -> NewClient:
    """What was told, cleaned; raises Refused naming every fault."""
    checks = Checks()
    details = checks.of(lambda: _checked_details(told.details), told.details)
    external_id = checks.of(lambda: optional_line(told.external_id, "/external_id", EXTERNAL_ID_MAX), None)
    checks.settle()
    if told.first_invoice_number is not None:
        check_first_number(told.first_invoice_number, details.kid)
    return NewClient(details, told.first_invoice_number, external_id)


def check_first_number(number: int, terms: KidTerms) -> None:
    """A number that the KID has no room for would stop the client's first invoice. Raises FirstNumberTooLong."""
    digits = kid_agreement(terms).document_digits
    if len(str(number)) > digits:
        raise FirstNumberTooLong(pointer="/first_invoice_number", first_invoice_number=number, digits=digits)


def kid_agreement(terms: KidTerms) -> KidAgreement:
    """The agreement behind the terms. Raises KidAgreementInvalid."""
    try:
        return KidAgreement(KidAlgorithm(terms.algorithm), terms.length)
    except KidAgreementError as error:
        raise KidAgreementInvalid(pointer="/kid/length", reason=str(error)) from None


def checked_orgnr(text: str, pointer: str = "/orgnr") -> str:
    """Nine digits with a right check digit. Raises OrgnrInvalid."""
    try:
        return orgnr(text)
    except OrgnrError:
        raise OrgnrInvalid(pointer=pointer) from None


def _checked_details(told: ClientDetails) -> ClientDetails:
    checks = Checks()
    checks.of(lambda: kid_agreement(told.kid), None)
    details = replace(
        told,
        name=checks.of(lambda: line(told.name, "/name", NAME_MAX), told.name),
        orgnr=checks.of(lambda: checked_orgnr(told.orgnr), told.orgnr),
        address=checks.of(lambda: checked_address(told.address), told.address),
        bank_account=checks.of(lambda: _account(told.bank_account), told.bank_account),
        email=checks.of(lambda: email(told.email, "/email"), None),
        phone=checks.of(lambda: phone(told.phone, "/phone"), None),
        website=checks.of(lambda: website(told.website, "/website"), None),
    )
    checks.settle()
    return details


def _account(text: str) -> str:
    try:
        return bank_account(text)
    except BankAccountError:
        raise BankAccountInvalid(pointer="/bank_account") from None
