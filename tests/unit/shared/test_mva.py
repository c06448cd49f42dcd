from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mva import (
    MVA_CODES,
    MVA_RATES,
    EhfCategory,
    MvaRate,
    MvaTotal,
    NoMvaRateError,
    RateClass,
    UnknownMvaCodeError,
    mva_code,
    mva_totals,
    rate_on,
    refuse_overlaps,
)


@dataclass(frozen=True)
class Line:
    mva_code: str
    mva_rate: Decimal
    net_ore: int


def line(code: str, rate: str, net_ore: int) -> Line:
    return Line(code, Decimal(rate), net_ore)


def test_the_codes_of_a_sale_are_known() -> None:
    assert list(MVA_CODES) == ["3", "31", "32", "33", "5", "51", "52", "6", "7"]


@pytest.mark.parametrize(
    ("code", "day", "rate"),
    [
        ("3", "2026-11-23", "25"),
        ("31", "2026-11-23", "15"),
        ("32", "2026-11-23", "11.11"),
        ("33", "2026-11-23", "12"),
        ("33", "2020-03-31", "12"),
        ("33", "2020-04-01", "6"),
        ("33", "2021-09-30", "6"),
        ("33", "2021-10-01", "12"),
        ("33", "2017-12-31", "10"),
        ("33", "2015-12-31", "8"),
        ("5", "2026-11-23", "0"),
        ("51", "2017-01-01", "0"),
        ("6", "2026-11-23", "0"),
        ("7", "2026-11-23", "0"),
    ],
)
def test_the_rate_is_the_one_in_force_on_the_day(code: str, day: str, rate: str) -> None:
    assert rate_on(code, date.fromisoformat(day)) == Decimal(rate)


@pytest.mark.parametrize(
    ("code", "day"), [("51", "2016-12-31"), ("52", "2016-12-31"), ("3", "2004-12-31"), ("31", "2011-12-31")]
)
def test_a_day_without_a_rate_is_an_error(code: str, day: str) -> None:
    with pytest.raises(NoMvaRateError, match=day):
        rate_on(code, date.fromisoformat(day))


@pytest.mark.parametrize("code", ["", "1", "25", "03", "S"])
def test_an_unknown_code_is_refused_with_the_known_ones(code: str) -> None:
    with pytest.raises(UnknownMvaCodeError, match="3, 31, 32, 33, 5, 51, 52, 6, 7"):
        rate_on(code, date(2026, 1, 1))


def test_only_category_s_and_z_go_without_a_reason() -> None:
    without = {code.ehf_category for code in MVA_CODES.values() if code.exemption_text_nb is None}
    assert without == {EhfCategory.STANDARD, EhfCategory.ZERO_RATED}


def test_reverse_charge_has_its_prescribed_wording() -> None:
    reverse = [code for code in MVA_CODES.values() if code.needs_reverse_charge_text]
    assert [code.code for code in reverse] == ["51"]
    assert reverse[0].exemption_text("nb") == "Omvendt avgiftsplikt - Merverdiavgift ikke beregnet"


def test_only_income_that_is_not_turnover_is_left_out_of_the_vat_return() -> None:
    assert [code.code for code in MVA_CODES.values() if not code.in_vat_return] == ["7"]


def test_every_code_has_a_name_in_every_language() -> None:
    assert all(code.name(language) for code in MVA_CODES.values() for language in ("nb", "nn", "en"))
    assert mva_code("3").name("nn") == "Sal og uttak av varer og tenester (høg sats)"


def test_every_rate_has_its_source() -> None:
    assert all(rate.source for rate in MVA_RATES)


def test_two_rates_of_one_class_on_one_day_are_refused() -> None:
    old = MvaRate(RateClass.LOW, Decimal(12), date(2020, 1, 1), None, "law")
    new = MvaRate(RateClass.LOW, Decimal(6), date(2021, 1, 1), None, "law")
    with pytest.raises(ValueError, match="2021-01-01"):
        refuse_overlaps([new, old])


def test_tax_is_on_the_sum_of_the_lines_not_the_sum_of_their_taxes() -> None:
    # Each line alone would give 0.5 øre, rounded up to 1: two øre in all.
    assert mva_totals([line("3", "25", 2), line("3", "25", 2)]) == (MvaTotal("3", Decimal(25), 4, 1),)


def test_each_code_and_rate_is_totalled_separately_in_the_order_of_the_table() -> None:
    totals = mva_totals([line("6", "0", 5000), line("33", "12", 1000), line("3", "25", 10050), line("33", "6", 1000)])
    assert totals == (
        MvaTotal("3", Decimal(25), 10050, 2513),
        MvaTotal("33", Decimal(12), 1000, 120),
        MvaTotal("33", Decimal(6), 1000, 60),
        MvaTotal("6", Decimal(0), 5000, 0),
    )


def test_raw_fish_keeps_its_two_decimals() -> None:
    assert mva_totals([line("32", "11.11", 100000)])[0].mva_ore == 11110


@given(st.lists(st.tuples(st.sampled_from(["3", "31", "33"]), st.integers(-(10**9), 10**9))))
def test_a_credit_note_has_the_totals_of_its_invoice_with_the_opposite_sign(lines: list[tuple[str, int]]) -> None:
    day = date(2026, 1, 1)
    invoice = mva_totals(Line(code, rate_on(code, day), net) for code, net in lines)
    credit = mva_totals(Line(code, rate_on(code, day), -net) for code, net in lines)
    assert [(total.base_ore, total.mva_ore) for total in credit] == [
        (-total.base_ore, -total.mva_ore) for total in invoice
    ]
