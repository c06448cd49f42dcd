"""A client (klient, oppdragsgiver): the seller on the documents, and the tenant of the system."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from services.customers.domain.checks import Checks
from services.customers.domain.contact import email, phone, website
from services.customers.domain.errors import (
    AccountChangedAlone,
    BankAccountInvalid,
    BicInvalid,
    ClientInactive,
    FirstNumberTooLong,
    FixedField,
    KidAgreementInvalid,
    OrgnrInvalid,
    StaleVersion,
)
from services.customers.domain.postal import PostalAddress, checked_address
from services.customers.domain.text import EXTERNAL_ID_MAX, NAME_MAX, line, optional_line
from shared.kid import KidAgreement, KidAgreementError
from shared.kid import KidAlgorithm as KidChecksum
from shared.orgnr import BankAccountError, BicError, OrgnrError, bank_account, norwegian_bic, orgnr
from shared.values import KidAlgorithm, LegalForm

_OF_ACCOUNT: Final = frozenset({"bank_account", "kid", "bic"})
# They must be entered in Foretaksregisteret before they do business (foretaksregisterloven § 2-1), and their sales
# documents must say so (bokføringsforskriften § 5-1-2). Other forms may be entered; then the bureau registers it.
_ALWAYS_IN_FORETAKSREGISTERET: Final = frozenset({"AS", "ASA", "NUF"})


@dataclass(frozen=True)
class KidTerms:
    """What the client's bank has registered for the account. `length` is in digits and includes the check digit."""

    algorithm: KidAlgorithm
    length: int


@dataclass(frozen=True)
class ClientDetails:
    """Everything about a client that may change."""

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
    bic: str | None = None
    active: bool = True


@dataclass(frozen=True)
class AccountTerms:
    """Where the client is paid, and by what KID: they change together when the client changes its bank.

    `bic` is that bank's, for payers abroad.
    """

    bank_account: str
    kid: KidTerms
    bic: str | None = None


@dataclass(frozen=True)
class NewClient:
    """A client as the bureau describes it. Without `first_invoice_number` its invoices are numbered from 1."""

    details: ClientDetails
    first_invoice_number: int | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Client:
    """A registered client. `version` counts from 1; `logo` is the SHA-256 of the picture."""

    client_id: UUID
    version: int
    details: ClientDetails
    first_invoice_number: int
    external_id: str | None
    logo: str | None
    registered_at: datetime

    def changed(self, changes: NewClient, expected: frozenset[int]) -> Self:
        """The next version, or this one when nothing differs.

        Raises StaleVersion unless this version is among the `expected`, and FixedField for what numbering and books
        are built on: another organisation number is another legal person, with series and books of its own.
        """
        if self.version not in expected:
            raise StaleVersion(current=self.version)
        first_invoice_number = changes.first_invoice_number or self.first_invoice_number
        fixed = {
            "orgnr": self.details.orgnr == changes.details.orgnr,
            "first_invoice_number": self.first_invoice_number == first_invoice_number,
            "external_id": self.external_id == (changes.external_id or self.external_id),
        }
        checks = Checks()
        for name, unchanged in fixed.items():
            checks.require(unchanged, FixedField(pointer=f"/{name}", field=name))
        checks.finish()
        check_first_number(self.first_invoice_number, changes.details.kid)
        if changes.details == self.details:
            return self
        return replace(self, details=changes.details, version=self.version + 1)

    def check_active(self) -> None:
        """Raises ClientInactive."""
        if not self.details.active:
            raise ClientInactive(client_id=self.client_id)

    @property
    def account_terms(self) -> AccountTerms:
        return AccountTerms(self.details.bank_account, self.details.kid, self.details.bic)

    def with_account(self, terms: AccountTerms) -> Self:
        """The next version, paid on these terms. Raises FirstNumberTooLong."""
        check_first_number(self.first_invoice_number, terms.kid)
        details = replace(self.details, bank_account=terms.bank_account, kid=terms.kid, bic=terms.bic)
        return replace(self, details=details, version=self.version + 1)

    def check_changes_account_only(self, after: Self) -> None:
        """Raises AccountChangedAlone."""
        names = [item.name for item in fields(ClientDetails) if item.name not in _OF_ACCOUNT]
        others = [name for name in names if getattr(self.details, name) != getattr(after.details, name)]
        if others:
            raise AccountChangedAlone(pointer="/bank_account", fields=", ".join(others))

    def with_logo(self, sha256: str | None) -> Self:
        """The next version with this logo, or this one when it has that logo already."""
        return self if sha256 == self.logo else replace(self, logo=sha256, version=self.version + 1)


def always_in_foretaksregisteret(form: LegalForm) -> bool:
    """Whether every company of this legal form is registered there."""
    return form in _ALWAYS_IN_FORETAKSREGISTERET


def checked_client(client: NewClient) -> NewClient:
    """The client cleaned. Raises Refused with every fault."""
    checks = Checks()
    details = checks.run(lambda: _checked_details(client.details), client.details)
    external_id = checks.run(lambda: optional_line(client.external_id, "/external_id", EXTERNAL_ID_MAX), None)
    checks.finish()
    if client.first_invoice_number is not None:
        check_first_number(client.first_invoice_number, details.kid)
    return NewClient(details, client.first_invoice_number, external_id)


def check_first_number(number: int, terms: KidTerms) -> None:
    """Raises FirstNumberTooLong when the KID has no room for the number, which would stop the first invoice."""
    digits = kid_agreement(terms).document_digits
    if len(str(number)) > digits:
        raise FirstNumberTooLong(pointer="/first_invoice_number", first_invoice_number=number, digits=digits)


def kid_agreement(terms: KidTerms) -> KidAgreement:
    """The agreement with these terms. Raises KidAgreementInvalid."""
    try:
        return KidAgreement(KidChecksum(terms.algorithm), terms.length)
    except KidAgreementError as error:
        raise KidAgreementInvalid(pointer="/kid/length", reason=str(error)) from None


def checked_orgnr(text: str, pointer: str = "/orgnr") -> str:
    """Nine digits with a valid check digit. Raises OrgnrInvalid."""
    try:
        return orgnr(text)
    except OrgnrError:
        raise OrgnrInvalid(pointer=pointer) from None


def _checked_details(details: ClientDetails) -> ClientDetails:
    checks = Checks()
    checks.run(lambda: kid_agreement(details.kid), None)
    checked = replace(
        details,
        name=checks.run(lambda: line(details.name, "/name", NAME_MAX), details.name),
        orgnr=checks.run(lambda: checked_orgnr(details.orgnr), details.orgnr),
        address=checks.run(lambda: checked_address(details.address), details.address),
        bank_account=checks.run(lambda: _account(details.bank_account), details.bank_account),
        email=checks.run(lambda: email(details.email, "/email"), None),
        phone=checks.run(lambda: phone(details.phone, "/phone"), None),
        website=checks.run(lambda: website(details.website, "/website"), None),
        bic=checks.run(lambda: _bic(details.bic), None),
    )
    checks.finish()
    return checked


def _account(text: str) -> str:
    try:
        return bank_account(text)
    except BankAccountError:
        raise BankAccountInvalid(pointer="/bank_account") from None


def _bic(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        return norwegian_bic(text)
    except BicError:
        raise BicInvalid(pointer="/bic") from None
