from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import (
    MAX_ORE,
    AmountRangeError,
    DiscountRangeError,
    MoneyError,
    TooManyDecimalsError,
    format_ore,
    kroner,
    line_net_ore,
    ore_from_kroner,
    percent_of,
    round_half_up,
)

amounts = st.integers(-MAX_ORE, MAX_ORE)


@pytest.mark.parametrize(
    ("ore", "rounded"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-0.5", -1), ("-2.5", -3)]
)
def test_half_an_ore_rounds_away_from_zero(ore: str, rounded: int) -> None:
    assert round_half_up(Decimal(ore)) == rounded


@given(amounts)
def test_ore_to_kroner_and_back_is_the_same_amount(ore: int) -> None:
    assert ore_from_kroner(kroner(ore)) == ore


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_a_credit_mirrors_its_invoice_to_the_ore(ore: Decimal) -> None:
    assert round_half_up(-ore) == -round_half_up(ore)


def test_an_amount_with_three_decimals_is_refused() -> None:
    with pytest.raises(TooManyDecimalsError, match="more than two decimals"):
        ore_from_kroner(Decimal("10.005"))


def test_trailing_zeros_do_not_count_as_decimals() -> None:
    assert ore_from_kroner(Decimal("10.500")) == 1050


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_nan_and_infinity_are_refused(number: str) -> None:
    with pytest.raises(MoneyError, match="not a number"):
        round_half_up(Decimal(number))


@pytest.mark.parametrize("number", ["1E+999999", "1E+30", "-1E+30", str(MAX_ORE + 1)])
def test_an_amount_that_a_bigint_cannot_hold_is_refused(number: str) -> None:
    with pytest.raises(AmountRangeError):
        round_half_up(Decimal(number))
    with pytest.raises(AmountRangeError):
        ore_from_kroner(Decimal(number))


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "net_ore"),
    [
        ("3", "100.00", "0", 30000),
        ("1.5", "33.33", "0", 5000),
        ("3", "0.335", "0", 101),
        ("3", "0.335", "10", 91),
        ("1", "0.05", "50", 2),
        ("-1", "0.05", "50", -2),
        ("2", "199.90", "100", 0),
    ],
)
def test_a_line_is_rounded_gross_less_rounded_discount(quantity: str, price: str, discount: str, net_ore: int) -> None:
    assert line_net_ore(Decimal(quantity), Decimal(price), Decimal(discount)) == net_ore


def test_a_product_with_more_digits_than_the_usual_precision_is_rounded_once() -> None:
    # With 28 digits the product becomes ...0.005 exactly, and half an øre too much.
    quantity, price = Decimal("1.00000000000000"), Decimal("1234567890.0049999999999999999999999999")
    assert line_net_ore(quantity, price) == 123456789000


@pytest.mark.parametrize("percent", ["-0.01", "100.01"])
def test_a_discount_outside_0_to_100_is_refused(percent: str) -> None:
    with pytest.raises(DiscountRangeError):
        line_net_ore(Decimal(1), Decimal(1), Decimal(percent))


def test_percent_is_half_up_not_half_even() -> None:
    assert percent_of(10, Decimal(25)) == 3
    assert percent_of(50, Decimal(25)) == 13


@pytest.mark.parametrize(
    ("ore", "language", "text"),
    [
        (123450, "nb", "1\u00a0234,50"),
        (123450, "nn", "1\u00a0234,50"),
        (123450, "en", "1,234.50"),
        (123456789012, "nb", "1\u00a0234\u00a0567\u00a0890,12"),
        (-5, "nb", "\u22120,05"),
        (-123450, "en", "\u22121,234.50"),
        (0, "nb", "0,00"),
    ],
)
def test_amounts_are_written_as_people_of_the_language_write_them(ore: int, language: str, text: str) -> None:
    assert format_ore(ore, language) == text


@given(amounts, st.sampled_from(["nb", "nn", "en"]))
def test_a_written_amount_has_every_digit_of_the_amount(ore: int, language: str) -> None:
    digits = "".join(letter for letter in format_ore(ore, language) if letter.isdigit())
    assert int(digits) == abs(ore)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(MoneyError, match="'sv'"):
        format_ore(1, "sv")
