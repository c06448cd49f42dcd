import email
import email.policy
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.text_nb import (
    ControlCharacterError,
    TextError,
    TextTooLongError,
    format_date,
    refuse_control_characters,
    single_line,
    sort_key,
)


def test_names_sort_as_in_a_norwegian_telephone_book() -> None:
    expected = ["1 Bygg AS", "Berg", "Zachariassen", "Ærlig", "Ødegård", "Østby", "Aasen", "Åstad"]
    backwards = expected[::-1]
    assert sorted(backwards, key=sort_key) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Aase", "åse"),
        ("Müller", "Myller"),
        ("Ängström", "Ængstrøm"),
        ("René", "rene"),
        ("Ǿre", "øre"),
        ("A-B  c", "a b C"),
    ],
)
def test_spellings_of_the_same_sound_sort_together(first: str, second: str) -> None:
    assert sort_key(first) == sort_key(second)


def test_signs_in_a_name_do_not_sort_as_letters() -> None:
    assert sort_key("{x") < sort_key("y")


@pytest.mark.parametrize(("language", "text"), [("nb", "05.06.2026"), ("nn", "05.06.2026"), ("en", "5 Jun 2026")])
def test_dates_are_written_in_the_language(language: str, text: str) -> None:
    assert format_date(date(2026, 6, 5), language) == text


def test_a_date_in_an_unknown_language_is_refused() -> None:
    with pytest.raises(TextError, match="'sv'"):
        format_date(date(2026, 6, 5), "sv")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Ola\r\n\tNordmann ", "Ola Nordmann"),
        ("A\u0000B\u001b[31mC", "AB[31mC"),
        ("kr\u00a01", "kr 1"),
        ("x\u202egnp.exe", "xgnp.exe"),
        ("line\u2028two", "line two"),
        ("\ud800lone", "lone"),
        ("A\u030as", "Ås"),
        ("non\ufffe", "non"),
    ],
)
def test_a_single_line_is_clean(text: str, clean: str) -> None:
    assert single_line(text) == clean


@given(st.text())
def test_a_clean_line_stays_as_it_is_and_can_be_stored(text: str) -> None:
    clean = single_line(text)
    assert single_line(clean) == clean
    assert "\x00" not in clean
    clean.encode("utf-8")


@pytest.mark.parametrize(
    "value",
    [
        "Ola\nBcc: x@y.no",
        "Ola\rBcc: x@y.no",
        "tab\there",
        "nul\x00",
        "del\x7f",
        "\x85next line",
        "\u2028",
        "=?UTF-8?Q?=0A?=Bcc: x@y.no",
        "=?utf-8?q?=0d=0aBcc:_x@y.no?=",
        "=?UTF-8?B?CkJjYzogeEB5Lm5v?=",
        "=?utf-7?Q?+AAo-Bcc?=",
        "=?utf-8*nb?Q?=0A?=",
        "=?nonsense?Q?x?=",
        "=?utf-8?B?%%%?=",
        "=?a?q?=?utf-8?q?=0A?=",
    ],
)
def test_a_control_character_in_a_header_value_is_refused_even_encoded(value: str) -> None:
    with pytest.raises(ControlCharacterError):
        refuse_control_characters(value)


@pytest.mark.parametrize(
    "value", ["Faktura 1001 fra Ærlig & Sønn AS", "50 % = halv pris?", "=?UTF-8?Q?=C3=86rlig?=", ""]
)
def test_an_honest_header_value_passes_unchanged(value: str) -> None:
    assert refuse_control_characters(value) == value


def test_a_header_value_longer_than_a_line_is_refused() -> None:
    with pytest.raises(TextTooLongError, match="999"):
        refuse_control_characters("x" * 999)


@given(st.text(st.sampled_from("=?utf-8QqBb0AaDd_ Cc:@CkJjYzo"), max_size=40))
@example("=?UTF-8?Q?=0A?=Bcc: x@y")
def test_no_accepted_value_makes_a_header_of_its_own(value: str) -> None:
    try:
        accepted = refuse_control_characters(value)
    except ControlCharacterError:
        return
    message = email.message_from_string(f"Subject: {accepted}\n\nbody", policy=email.policy.SMTP)
    assert email.message_from_bytes(message.as_bytes(), policy=email.policy.SMTP).keys() == ["Subject"]
