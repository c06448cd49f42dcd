"""Amounts: sums of rounded numbers, mirrored by credit notes, whatever the lines."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.confirmed import MvaTotal
from services.documents.domain.draft import Draft, DraftLine
from services.documents.domain.errors import LineOutOfBounds, MvaRateChanges
from services.documents.domain.pricing import MAX_LINE_ORE, changing_rates, price, price_to_read, priced_lines
from shared.ids import new_id
from shared.problems import Refused

TODAY = date(2026, 11, 23)
CODES = ("3", "31", "32", "33", "5", "51", "52", "6", "7")

quantities = st.decimals(min_value=-1000, max_value=1000, places=3)
prices = st.decimals(min_value=0, max_value=100_000, places=4)
discounts = st.decimals(min_value=0, max_value=100, places=2)


def a_line(
    quantity: str | Decimal = "1", unit_price: str | Decimal = "100", discount: str | Decimal = "0", code: str = "3"
) -> DraftLine:
    return DraftLine(
        description="Vare",
        quantity=Decimal(quantity),
        unit="stk",
        unit_price=Decimal(unit_price),
        discount_percent=Decimal(discount),
        mva_code=code,
    )


def draft(*lines: DraftLine) -> Draft:
    return Draft(customer_id=new_id(), lines=lines)


drafts = st.lists(
    st.builds(a_line, quantities, prices, discounts, st.sampled_from(CODES)), min_size=1, max_size=40
).map(lambda lines: draft(*lines))


def half_up(number: Fraction) -> int:
    """Half away from zero, computed with fractions: another way than the code under test."""
    size = int(abs(number) + Fraction(1, 2))
    return size if number >= 0 else -size


@given(drafts)
def test_totals_are_the_sums_of_their_parts(written: Draft) -> None:
    priced = price(written, TODAY)

    assert priced.net_ore == sum(line.net_ore for line in priced.lines)
    assert priced.net_ore == sum(total.net_ore for total in priced.mva_totals)
    assert priced.mva_ore == sum(total.mva_ore for total in priced.mva_totals)
    assert priced.total_ore == priced.net_ore + priced.mva_ore


@given(drafts)
def test_mva_is_computed_on_the_sum_of_each_code(written: Draft) -> None:
    for total in price(written, TODAY).mva_totals:
        assert total.mva_ore == half_up(Fraction(total.net_ore) * Fraction(total.rate) / 100)


@given(drafts)
def test_a_line_is_its_rounded_gross_less_its_rounded_discount(written: Draft) -> None:
    for line in price(written, TODAY).lines:
        gross = half_up(Fraction(line.quantity) * Fraction(line.unit_price) * 100)
        assert line.net_ore == gross - half_up(gross * Fraction(line.discount_percent) / 100)


@given(drafts)
def test_lines_priced_before_add_up_the_same(written: Draft) -> None:
    priced = price(written, TODAY)

    assert priced_lines(priced.lines) == priced


@given(drafts)
def test_turning_every_quantity_turns_every_amount(written: Draft) -> None:
    turned = written.model_copy(
        update={"lines": tuple(line.model_copy(update={"quantity": -line.quantity}) for line in written.lines)}
    )

    assert price(turned, TODAY).total_ore == -price(written, TODAY).total_ore


def test_three_rates_are_totalled_apart_high_rate_first() -> None:
    priced = price(
        draft(a_line(code="33"), a_line(code="3"), a_line(code="31"), a_line(code="3", unit_price="0.10")), TODAY
    )

    assert priced.mva_totals == (
        MvaTotal(code="3", rate=Decimal(25), net_ore=10010, mva_ore=2503),
        MvaTotal(code="31", rate=Decimal(15), net_ore=10000, mva_ore=1500),
        MvaTotal(code="33", rate=Decimal(12), net_ore=10000, mva_ore=1200),
    )


def test_the_rate_is_that_of_the_day() -> None:
    assert price(draft(a_line(code="33")), date(2020, 6, 1)).mva_ore == 600
    assert price(draft(a_line(code="33")), date(2021, 10, 1)).mva_ore == 1200


def test_the_largest_line_is_taken_and_the_next_refused() -> None:
    largest = Decimal(MAX_LINE_ORE) / 100

    assert price(draft(a_line(unit_price=largest)), TODAY).net_ore == MAX_LINE_ORE
    with pytest.raises(Refused) as refused:
        price(draft(a_line(), a_line(unit_price=largest + Decimal("0.01"))), TODAY)

    [error] = refused.value.errors
    assert isinstance(error, LineOutOfBounds)
    assert error.pointer == "/lines/1"


def test_the_day_of_delivery_decides_the_rate_and_not_that_of_the_document() -> None:
    delivered = draft(a_line(code="33")).model_copy(update={"delivered_on": date(2021, 9, 15)})

    assert price(delivered, date(2021, 10, 5)).mva_ore == 600


def test_only_lines_whose_rate_changes_must_be_divided() -> None:
    lines = (a_line(code="3"), a_line(code="33"), a_line(code="6"))
    period = {"delivered_on": date(2020, 3, 1), "delivered_until": date(2021, 10, 31)}

    [change] = changing_rates(draft(*lines).model_copy(update=period))

    assert isinstance(change, MvaRateChanges)
    assert change.pointer == "/lines/1/mva_code"
    assert change.params["periods_en"] == (
        "2020-03-01 to 2020-03-31 (12 %), 2020-04-01 to 2021-09-30 (6 %) and 2021-10-01 to 2021-10-31 (12 %)"
    )


def test_a_stored_draft_without_a_rate_for_its_delivery_is_still_read() -> None:
    old = draft(a_line(code="51")).model_copy(update={"delivered_on": date(2016, 12, 31)})

    with pytest.raises(Refused):
        price(old, TODAY)
    assert price_to_read(old, TODAY).net_ore == 10000
