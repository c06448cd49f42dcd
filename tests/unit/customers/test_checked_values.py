"""What the domain of clients and customers accepts, cleans and refuses."""

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
from services.customers.domain.postal import checked_address
from services.customers.domain.text import line
from shared.contracts.values import PostalAddress
from shared.problems import Refused
from shared.values import LegalForm

OSLO = PostalAddress(lines=("Storgata 1",), postal_code="0155", city="OSLO")
KARI = CustomerDetails(is_business=False, name="Kari Nordmann", address=OSLO, channels=("print",))
KNOWN = Customer(UUID(int=1), UUID(int=2), 3, 7, KARI, "k-1", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("kari@fjord.no", "kari@fjord.no"),
        ("  Kari.Nordmann+faktura@sub.fjord-fjell.no ", "Kari.Nordmann+faktura@sub.fjord-fjell.no"),
        ("post@blåbær.no", "post@xn--blbr-roah.no"),
        ("", None),
        (None, None),
    ],
)
def test_an_email_address_is_kept_in_plain_ascii(written: str | None, kept: str | None) -> None:
    assert email(written, "/email") == kept


@pytest.mark.parametrize(
    "wrong",
    [
        *("kari", "@fjord.no", "kari@", "kari@fjord", "kari@fjord..no", "kari@-fjord.no", "a@b@fjord.no"),
        *("ka ri@fjord.no", ".kari@fjord.no", "kåre@fjord.no", "a,b@fjord.no", "<kari@fjord.no>", '"kari"@fjord.no'),
        *("kari@[127.0.0.1]", "kari@127.0.0.1", f"{'a' * 65}@fjord.no", f"a@{'b' * 250}.no", "=?utf-8?q?a?=@fjord.no"),
    ],
)
def test_what_mail_cannot_be_sent_to_is_refused(wrong: str) -> None:
    with pytest.raises(EmailInvalid):
        email(wrong, "/email")


@pytest.mark.parametrize("wrong", ["a@b.no\nBcc: x@y.no", "a\0@b.no", "=?UTF-8?Q?=0A?=@b.no", "=?utf-8?B?Cg==?=@b.no"])
def test_an_address_that_would_become_a_header_is_refused(wrong: str) -> None:
    with pytest.raises(TextForbidden):
        email(wrong, "/email")


def test_a_name_becomes_one_visible_line() -> None:
    assert line(" Fjord\t og\u202e\n Fjell\0 ", "/name", 120) == "Fjord og Fjell"


@pytest.mark.parametrize("number", ["+47 22 33 44 55", "22334455", "02800", "+47 (22) 33-44-55"])
def test_telephone_numbers_are_kept_as_written(number: str) -> None:
    assert phone(number, "/phone") == number


@pytest.mark.parametrize("number", ["ring meg", "++47", "12", "<22334455>"])
def test_what_no_one_can_call_is_refused(number: str) -> None:
    with pytest.raises(PhoneInvalid):
        phone(number, "/phone")


@pytest.mark.parametrize("address", ["fjord.no", "https://www.blåbær.no/om-oss?x=1", "http://fjord.no:8080"])
def test_web_addresses_are_kept_as_written(address: str) -> None:
    assert website(address, "/website") == address


@pytest.mark.parametrize("address", ["javascript:alert(1)", "fjord", "https://", "file:///etc/passwd"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(WebsiteInvalid):
        website(address, "/website")


def test_blank_address_lines_are_left_out() -> None:
    told = OSLO.model_copy(update={"lines": ("", "Storgata 1", "\u200b", "Oppgang B"), "country": "no"})
    assert checked_address(told) == OSLO.model_copy(update={"lines": ("Storgata 1", "Oppgang B")})


def test_abroad_a_postal_code_may_be_missing_but_not_in_norway() -> None:
    abroad = PostalAddress(postal_code="", city="Dubai", country="AE")
    assert checked_address(abroad) == abroad
    with pytest.raises(Refused) as refused:
        checked_address(OSLO.model_copy(update={"postal_code": ""}))
    assert isinstance(refused.value.errors[0], PostalCodeInvalid)


def test_an_address_has_at_most_four_lines() -> None:
    with pytest.raises(Refused) as refused:
        checked_address(OSLO.model_copy(update={"lines": tuple("abcde")}))
    assert isinstance(refused.value.errors[0], TooManyLines)


def test_what_has_been_checked_passes_again_unchanged() -> None:
    told = NewCustomer(replace(KARI, name=" Kari  Nordmann", email="kari@blåbær.no"), external_id=" k-1 ")
    once = checked_customer(told)
    assert checked_customer(once) == once


def test_a_customer_changed_by_one_who_saw_another_version_is_refused() -> None:
    with pytest.raises(StaleVersion):
        KNOWN.changed(NewCustomer(KARI), frozenset({2}))


def test_a_change_that_leaves_out_number_and_external_id_keeps_them() -> None:
    changed = KNOWN.changed(NewCustomer(replace(KARI, name="Kari Olsen")), frozenset({3}))
    assert (changed.version, changed.customer_number, changed.external_id) == (4, 7, "k-1")
    assert KNOWN.changed(NewCustomer(KARI), frozenset({3})) is KNOWN


def test_number_and_external_id_are_both_named_when_both_are_changed() -> None:
    with pytest.raises(Refused) as refused:
        KNOWN.changed(NewCustomer(KARI, customer_number=8, external_id="k-2"), frozenset({3}))
    assert [(type(error), error.pointer) for error in refused.value.errors] == [
        (FixedField, "/customer_number"),
        (FixedField, "/external_id"),
    ]


def test_only_companies_and_branches_are_in_foretaksregisteret_by_their_form() -> None:
    told: tuple[LegalForm, ...] = ("AS", "ASA", "NUF", "ENK", "DA", "OTHER")
    forms = [form for form in told if always_in_foretaksregisteret(form)]
    assert forms == ["AS", "ASA", "NUF"]


def test_scopes_come_in_the_order_of_the_house_each_once() -> None:
    assert checked_scopes(["b", "a", "b"], ["a", "b", "c"]) == ("a", "b")
