import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from shared.kid import (
    KidAgreement,
    KidAgreementError,
    KidAlgorithm,
    KidError,
    KidTooLongError,
    check_digit,
    is_valid_kid,
    make_kid,
)

MOD10, MOD11 = KidAlgorithm.MOD10, KidAlgorithm.MOD11

agreements = st.builds(KidAgreement, st.sampled_from(KidAlgorithm), st.integers(4, 25))


@st.composite
def agreements_with_pairs(draw: st.DrawFn) -> tuple[KidAgreement, tuple[int, int], tuple[int, int]]:
    agreement = draw(agreements)
    customers = st.integers(1, 10**agreement.customer_digits - 1)
    documents = st.integers(1, 10**agreement.document_digits - 1)
    pairs = st.tuples(customers, documents)
    return agreement, draw(pairs), draw(pairs)


@pytest.mark.parametrize(("algorithm", "digit"), [(MOD10, "2"), (MOD11, "5")])
def test_the_check_digit_of_the_specifications_example(algorithm: KidAlgorithm, digit: str) -> None:
    assert check_digit("12345678", algorithm) == digit


def test_a_mod11_remainder_of_one_is_written_as_a_minus() -> None:
    assert check_digit("6", MOD11) == "-"
    assert is_valid_kid("6-", None)


@given(st.text("0123456789", min_size=1, max_size=24))
def test_mod10_agrees_with_luhn(digits: str) -> None:
    assert luhn.is_valid(digits + check_digit(digits, MOD10))


@given(agreements_with_pairs())
def test_a_made_kid_is_valid_digits_of_the_agreed_length(
    drawn: tuple[KidAgreement, tuple[int, int], tuple[int, int]],
) -> None:
    agreement, pair, _ = drawn
    kid = make_kid(agreement, *pair)
    assert len(kid) == agreement.length
    assert kid.isascii()
    assert kid.isdigit()
    assert is_valid_kid(kid, agreement)


@given(agreements_with_pairs())
def test_different_customers_or_documents_never_share_a_kid(
    drawn: tuple[KidAgreement, tuple[int, int], tuple[int, int]],
) -> None:
    agreement, first, second = drawn
    assert (make_kid(agreement, *first) == make_kid(agreement, *second)) == (first == second)


@given(agreements_with_pairs(), st.data())
def test_one_mistyped_digit_is_always_found(
    drawn: tuple[KidAgreement, tuple[int, int], tuple[int, int]], data: st.DataObject
) -> None:
    agreement, pair, _ = drawn
    kid = make_kid(agreement, *pair)
    place = data.draw(st.integers(0, len(kid) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != kid[place]]))
    assert not is_valid_kid(kid[:place] + digit + kid[place + 1 :], agreement)


def test_a_kid_reads_as_customer_then_document_then_check_digit() -> None:
    assert make_kid(KidAgreement(MOD10, 12, customer_digits=5), 10023, 4711).startswith("10023004711")


@pytest.mark.parametrize(("customer", "document"), [(100, 1), (1, 1000)])
def test_a_number_with_too_many_digits_for_its_share_is_refused(customer: int, document: int) -> None:
    with pytest.raises(KidTooLongError, match="digits"):
        make_kid(KidAgreement(MOD10, 6, customer_digits=2), customer, document)


@pytest.mark.parametrize(("customer", "document"), [(0, 1), (1, 0), (-1, 1)])
def test_numbers_count_from_one(customer: int, document: int) -> None:
    with pytest.raises(KidError, match="counts from 1"):
        make_kid(KidAgreement(MOD10, 10), customer, document)


@pytest.mark.parametrize("length", [-1, 0, 3, 26])
def test_a_length_no_bank_registers_is_refused(length: int) -> None:
    with pytest.raises(KidAgreementError, match="4 to 25"):
        KidAgreement(MOD10, length)


@pytest.mark.parametrize(("algorithm", "customer_digits"), [(MOD10, 9), (MOD10, -1), (MOD11, 8)])
def test_a_division_that_leaves_no_room_is_refused(algorithm: KidAlgorithm, customer_digits: int) -> None:
    with pytest.raises(KidAgreementError, match="customer digits"):
        KidAgreement(algorithm, 10, customer_digits)


@pytest.mark.parametrize(
    "kid", ["", "1", "-", "--", "12345678-2", " 123456782", "12345678２", "1" * 26, "123456781", "abc", "123456782\n"]
)
def test_text_that_is_no_kid_is_not_valid(kid: str) -> None:
    assert not is_valid_kid(kid)


def test_the_agreement_decides_which_algorithm_is_right() -> None:
    assert is_valid_kid("123456785", KidAgreement(MOD11, 9))
    assert not is_valid_kid("123456785", KidAgreement(MOD10, 9))
    assert not is_valid_kid("123456785", KidAgreement(MOD11, 10))
