"""What the domain of clients and customers accepts, normalises and refuses."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.customers.domain.api_key import checked_scopes
from services.customers.domain.client import always_in_foretaksregisteret
from services.customers.domain.contact import email, phone, website
from services.customers.domain.customer import Customer, CustomerDetails, NewCustomer, checked_customer
from services.customers.domain.errors import (
    EmailInvalid,
    FixedField,
    PhoneInvalid,
    PostalCodeInvalid,
    StaleVersion,
    TextForbidden,
    TooManyLines,
    WebsiteInvalid,
)
from services.customers.domain.postal import PostalAddress, checked_address
from services.customers.domain.text import line
from shared.problems import Refused
from shared.values import LegalForm

OSLO = PostalAddress(lines=("Storgata 1",), postal_code="0155", city="OSLO")
KARI = CustomerDetails(is_business=False, name="Kari Nordmann", address=OSLO, channels=("print",))
KNOWN = Customer(UUID(int=1), UUID(int=2), 3, 7, KARI, "k-1", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kari@fjord.no", "kari@fjord.no"),
        ("  Kari.Nordmann+faktura@sub.fjord-fjell.no ", "Kari.Nordmann+faktura@sub.fjord-fjell.no"),
        ("post@blåbær.no", "post@xn--blbr-roah.no"),
        ("", None),
        (None, None),
    ],
)
def test_an_email_address_is_stored_in_plain_ascii(text: str | None, expected: str | None) -> None:
    assert email(text, "/email") == expected


@pytest.mark.parametrize(
    "wrong",
    [
        *("kari", "@fjord.no", "kari@", "kari@fjord", "kari@fjord..no", "kari@-fjord.no", "a@b@fjord.no"),
        *("ka ri@fjord.no", ".kari@fjord.no", "kåre@fjord.no", "a,b@fjord.no", "<kari@fjord.no>", '"kari"@fjord.no'),
        *("kari@[127.0.0.1]", "kari@127.0.0.1", f"{'a' * 65}@fjord.no", f"a@{'b' * 250}.no", "=?utf-8?q?a?=@fjord.no"),
        *("-a@fjord.no", "|sh@fjord.no", "/etc/passwd@fjord.no", "a%b@fjord.no", "a!b@fjord.no", "`id`@fjord.no"),
    ],
)
def test_an_invalid_email_address_is_refused(wrong: str) -> None:
    with pytest.raises(EmailInvalid):
        email(wrong, "/email")


@pytest.mark.parametrize("wrong", ["a@b.no\nBcc: x@y.no", "a\0@b.no", "=?UTF-8?Q?=0A?=@b.no", "=?utf-8?B?Cg==?=@b.no"])
def test_an_email_address_that_would_add_a_header_is_refused(wrong: str) -> None:
    with pytest.raises(TextForbidden):
        email(wrong, "/email")


def test_a_name_becomes_one_visible_line() -> None:
    assert line(" Fjord\t og\u202e\n Fjell\0 ", "/name", 120) == "Fjord og Fjell"


@pytest.mark.parametrize("number", ["+47 22 33 44 55", "22334455", "02800", "+47 (22) 33-44-55"])
def test_a_telephone_number_is_kept_as_it_is_written(number: str) -> None:
    assert phone(number, "/phone") == number


@pytest.mark.parametrize("number", ["ring meg", "++47", "12", "<22334455>"])
def test_an_invalid_telephone_number_is_refused(number: str) -> None:
    with pytest.raises(PhoneInvalid):
        phone(number, "/phone")


@pytest.mark.parametrize("address", ["fjord.no", "https://www.blåbær.no/om-oss?x=1", "http://fjord.no:8080"])
def test_a_web_address_is_kept_as_it_is_written(address: str) -> None:
    assert website(address, "/website") == address


@pytest.mark.parametrize("address", ["javascript:alert(1)", "fjord", "https://", "file:///etc/passwd"])
def test_an_invalid_web_address_is_refused(address: str) -> None:
    with pytest.raises(WebsiteInvalid):
        website(address, "/website")


def test_blank_address_lines_are_dropped() -> None:
    address = replace(OSLO, lines=("", "Storgata 1", "\u200b", "Oppgang B"), country="no")
    assert checked_address(address) == replace(OSLO, lines=("Storgata 1", "Oppgang B"))


def test_a_postal_code_may_be_missing_abroad_but_not_in_norway() -> None:
    abroad = PostalAddress(postal_code="", city="Dubai", country="AE")
    assert checked_address(abroad) == abroad
    with pytest.raises(Refused) as refused:
        checked_address(replace(OSLO, postal_code=""))
    assert isinstance(refused.value.errors[0], PostalCodeInvalid)


def test_an_address_has_at_most_four_lines() -> None:
    with pytest.raises(Refused) as refused:
        checked_address(replace(OSLO, lines=tuple("abcde")))
    assert isinstance(refused.value.errors[0], TooManyLines)


def test_a_checked_customer_passes_the_checks_unchanged() -> None:
    customer = NewCustomer(replace(KARI, name=" Kari  Nordmann", email="kari@blåbær.no"), external_id=" k-1 ")
    checked = checked_customer(customer)
    assert checked_customer(checked) == checked


def test_a_change_from_another_version_is_refused() -> None:
    with pytest.raises(StaleVersion):
        KNOWN.changed(NewCustomer(KARI), frozenset({2}))


def test_a_change_without_number_and_external_id_keeps_them() -> None:
    changed = KNOWN.changed(NewCustomer(replace(KARI, name="Kari Olsen")), frozenset({3}))
    assert (changed.version, changed.customer_number, changed.external_id) == (4, 7, "k-1")
    assert KNOWN.changed(NewCustomer(KARI), frozenset({3})) is KNOWN


def test_a_change_of_number_and_external_id_is_refused_for_both() -> None:
    with pytest.raises(Refused) as refused:
        KNOWN.changed(NewCustomer(KARI, customer_number=8, external_id="k-2"), frozenset({3}))
    assert [(type(error), error.pointer) for error in refused.value.errors] == [
        (FixedField, "/customer_number"),
        (FixedField, "/external_id"),
    ]


def test_limited_companies_and_foreign_branches_are_always_in_foretaksregisteret() -> None:
    forms: tuple[LegalForm, ...] = ("AS", "ASA", "NUF", "ENK", "DA", "OTHER")
    assert [form for form in forms if always_in_foretaksregisteret(form)] == ["AS", "ASA", "NUF"]


def test_scopes_are_sorted_and_without_repetitions() -> None:
    assert checked_scopes(["b", "a", "b"], ["a", "b", "c"]) == ("a", "b")


@pytest.mark.parametrize("country", ["SE", "SJ", "US"])
def test_a_postal_code_is_required_where_every_address_has_one(country: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_address(replace(OSLO, postal_code="", country=country))
    assert [(type(error), error.pointer) for error in refused.value.errors] == [
        (PostalCodeInvalid, "/address/postal_code")
    ]
