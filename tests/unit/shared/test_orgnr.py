import pytest

from shared.orgnr import (
    BankAccountError,
    OrgnrError,
    PostalCodeError,
    bank_account,
    ehf_mva_number,
    format_bank_account,
    format_mva_number,
    format_orgnr,
    iban,
    orgnr,
    postal_code,
)


@pytest.mark.parametrize("text", ["974760673", "974 760 673", " 974\u00a0760\u00a0673 "])
def test_an_organisation_number_may_be_typed_with_spaces(text: str) -> None:
    assert orgnr(text) == "974760673"


@pytest.mark.parametrize("text", ["974760674", "123456789"])
def test_the_error_names_a_wrong_check_digit(text: str) -> None:
    with pytest.raises(OrgnrError, match="check digit"):
        orgnr(text)


@pytest.mark.parametrize("text", ["", "97476067", "9747606730", "NO974760673MVA", "97476067A", "٩٧٤٧٦٠٦٧٣"])
def test_anything_but_nine_digits_is_refused(text: str) -> None:
    with pytest.raises(OrgnrError, match="nine digits"):
        orgnr(text)


def test_a_synthetic_test_company_is_accepted() -> None:
    assert orgnr("310279323") == "310279323"


def test_an_organisation_number_is_printed_in_threes() -> None:
    assert format_orgnr("974760673") == "974 760 673"
    assert format_mva_number("123456785") == "123 456 785 MVA"
    assert ehf_mva_number("123 456 785") == "NO123456785MVA"


@pytest.mark.parametrize("text", ["86011117947", "8601.11.17947", "8601 11 17947"])
def test_a_bank_account_may_be_typed_with_dots_or_spaces(text: str) -> None:
    assert bank_account(text) == "86011117947"


@pytest.mark.parametrize(
    "text", ["", "1234567", "00000000000", "00001234567", "8601111794", "860111179470", "8601111794x"]
)
def test_anything_but_an_account_of_eleven_digits_is_refused(text: str) -> None:
    with pytest.raises(BankAccountError, match="eleven digits"):
        bank_account(text)


def test_a_bank_account_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(BankAccountError, match="check digit"):
        bank_account("86011117948")


def test_a_bank_account_is_printed_with_dots_and_as_iban() -> None:
    assert format_bank_account("86011117947") == "8601.11.17947"
    assert iban("8601.11.17947") == "NO9386011117947"


def test_a_norwegian_postal_code_keeps_its_zeros() -> None:
    assert postal_code(" 0001 ") == "0001"


@pytest.mark.parametrize("text", ["", "001", "00010", "N-001", "١٢٣٤", "12 34"])
def test_a_norwegian_postal_code_is_four_digits(text: str) -> None:
    with pytest.raises(PostalCodeError, match="four digits"):
        postal_code(text)


def test_a_foreign_postal_code_may_have_letters() -> None:
    assert postal_code("SW1A 1AA", "GB") == "SW1A 1AA"
    with pytest.raises(PostalCodeError, match="in GB"):
        postal_code("?", "GB")
