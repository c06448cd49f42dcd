"""Money is an integer number of øre; quantities, unit prices and percentages are Decimal. Floats are never used.

Rounding is half away from zero (1.5 -> 2, -1.5 -> -2), so a credit note mirrors its invoice to the øre. Amounts are not
rounded to whole kroner: øreavrunding is for cash only (Skattedirektoratet, prinsipputtalelse 2019-06-13).
"""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache
from typing import Final

from babel.numbers import NumberPattern, parse_pattern

MAX_ORE: Final = 2**63 - 1
"""The largest amount that fits a BIGINT. The smallest is its negative, so that every amount can be reversed."""

MINUS: Final = "\u2212"
"""The typographic minus, in every language: as wide as a digit, so columns align, and lines never break after it."""

# Wide enough for every product of a quantity, a price and a percentage that the contracts allow, so that nothing is
# rounded before the end.
_EXACT: Final = Context(prec=120, rounding=ROUND_HALF_UP)
_MAX_MAGNITUDE: Final = 24


class MoneyError(ValueError):
    """The number cannot be an amount. `code` is stable, for problem answers."""

    code = "amount-invalid"


class AmountRangeError(MoneyError):
    """The amount is beyond what the database can hold."""

    code = "amount-out-of-range"


class TooManyDecimalsError(MoneyError):
    """The amount in kroner has more than two decimals."""

    code = "amount-too-many-decimals"


class DiscountRangeError(MoneyError):
    """The discount is below 0 or above 100 percent."""

    code = "discount-out-of-range"


def checked_ore(amount_ore: int) -> int:
    """The same amount; AmountRangeError when a BIGINT cannot hold it or its reversal."""
    if not -MAX_ORE <= amount_ore <= MAX_ORE:
        raise AmountRangeError(f"{amount_ore} øre is beyond the largest amount, {MAX_ORE} øre")
    return amount_ore


def round_half_up(ore: Decimal) -> int:
    """A fractional number of øre to whole øre, half away from zero. Raises MoneyError on NaN, infinity and overflow."""
    _refuse_unusable(ore)
    return checked_ore(int(ore.quantize(Decimal(1), context=_EXACT)))


def ore_from_kroner(kroner: Decimal) -> int:
    """Kroner to øre, exactly; TooManyDecimalsError when that would need rounding."""
    _refuse_unusable(kroner)
    ore = kroner.scaleb(2, context=_EXACT)
    rounded = round_half_up(ore)
    if ore != rounded:
        raise TooManyDecimalsError(f"{kroner} kr has more than two decimals")
    return rounded


def kroner(amount_ore: int) -> Decimal:
    """Øre to kroner with exactly two decimals: 123450 -> Decimal('1234.50')."""
    return Decimal(checked_ore(amount_ore)).scaleb(-2, context=_EXACT)


def percent_of(amount_ore: int, percent: Decimal) -> int:
    """A percentage of an amount, in whole øre, half away from zero."""
    _refuse_unusable(percent)
    with localcontext(_EXACT):
        return round_half_up(Decimal(amount_ore) * percent / 100)


def line_gross_ore(quantity: Decimal, unit_price: Decimal) -> int:
    """Quantity times unit price in kroner, as whole øre, before discount."""
    _refuse_unusable(quantity)
    _refuse_unusable(unit_price)
    with localcontext(_EXACT):
        return round_half_up(quantity * unit_price * 100)


def line_discount_ore(gross_ore: int, discount_percent: Decimal) -> int:
    """The discount on the rounded gross amount, in whole øre; DiscountRangeError outside 0..100."""
    _refuse_unusable(discount_percent)
    if not 0 <= discount_percent <= 100:
        raise DiscountRangeError(f"a discount of {discount_percent} % is not between 0 and 100")
    return percent_of(gross_ore, discount_percent)


def line_net_ore(quantity: Decimal, unit_price: Decimal, discount_percent: Decimal = Decimal(0)) -> int:
    """The line's net amount in øre: rounded gross less rounded discount, the parts rounded separately.

    Source: Peppol BIS Billing 3.0, section on calculation: line net = round2(price x quantity) - round2(allowances).
    """
    gross_ore = line_gross_ore(quantity, unit_price)
    return gross_ore - line_discount_ore(gross_ore, discount_percent)


def format_ore(amount_ore: int, language: str) -> str:
    """`1 234,50` with no-break spaces in nb and nn, `1,234.50` in en; a negative amount starts with U+2212."""
    # Babel gets exactly two decimals, so its own rounding (half to even) never applies.
    text = _pattern().apply(kroner(abs(amount_ore)), _locale(language))
    return f"{MINUS}{text}" if amount_ore < 0 else text


def _refuse_unusable(number: Decimal) -> None:
    if not number.is_finite():
        raise MoneyError(f"{number} is not a number that can be used in calculations")
    # A number like 1E+999999 is short to send, but expensive to expand, and it overflows the arithmetic.
    if number.adjusted() > _MAX_MAGNITUDE:
        raise AmountRangeError(f"a number of the order 1E+{number.adjusted()} is beyond every amount")


@cache
def _pattern() -> NumberPattern:
    return parse_pattern("#,##0.00")


def _locale(language: str) -> str:
    locales = {"nb": "nb_NO", "nn": "nn_NO", "en": "en"}
    if language not in locales:
        raise MoneyError(f"no amount format for the language {language!r}; known: nb, nn, en")
    return locales[language]
