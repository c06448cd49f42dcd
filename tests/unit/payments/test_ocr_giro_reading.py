import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import netsgiro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.domain.errors import BankFileInvalid
from services.payments.domain.ocr_giro import OcrFile, TransactionType, parse, write
from tests.unit.payments.ocr_files import (
    AVTALEGIRO_CLAIM,
    assignment,
    ocr_file,
    ocr_files,
    payment,
)


@given(ocr_files())
def test_a_written_file_is_parsed_to_the_same_values(file: OcrFile) -> None:
    assert parse(write(file)) == file


def by_netsgiro(data: bytes) -> list[netsgiro.Transaction]:
    file = netsgiro.parse(data.decode("iso-8859-1").rstrip("\n"))
    transactions = [transaction for assignment in file.assignments for transaction in assignment.transactions]
    return [transaction for transaction in transactions if isinstance(transaction, netsgiro.Transaction)]


# netsgiro ignores signs and takes years from 69 on as of the last century, so the files to compare have neither.
_known_to_netsgiro = st.tuples(
    st.text("0123456789", min_size=2, max_size=25),
    st.integers(0, 10**12),
    st.dates(date(1980, 1, 1), date(2068, 12, 31)),
)


@given(st.lists(_known_to_netsgiro, min_size=1, max_size=4))
def test_netsgiro_reads_the_same_payments(values: list[tuple[str, int, date]]) -> None:
    payments = (payment(n, ore, kid=kid, settlement_date=day) for n, (kid, ore, day) in enumerate(values, start=1))
    theirs = by_netsgiro(write(ocr_file(assignment(*payments))))
    assert [(transaction.kid, int(transaction.amount * 100), transaction.date) for transaction in theirs] == values


@pytest.mark.parametrize("name", ["python-netsgiro/ocr_giro_transactions.txt", "java-netsgiro/ocr3.txt"])
def test_a_real_file_reads_as_netsgiro_reads_it(shared_data: Path, name: str) -> None:
    data = (shared_data / "ocr-giro" / name).read_bytes()
    ours = [payment for _, payment in parse(data).payments()]
    assert [(mine.transaction_number, mine.kid, mine.amount_ore, mine.bank_date) for mine in ours] == [
        (theirs.number, theirs.kid, int(theirs.amount * 100), theirs.bank_date) for theirs in by_netsgiro(data)
    ]


def test_the_real_file_contains_what_its_readme_says(shared_data: Path) -> None:
    file = parse((shared_data / "ocr-giro/python-netsgiro/ocr_giro_transactions.txt").read_bytes())
    assert (len(file.assignments), file.transaction_count, file.total_ore) == (1, 20, 5_144_900)
    types = [payment.transaction_type for _, payment in file.payments()]
    assert [types.count(TransactionType(code)) for code in (10, 11, 12, 13, 21)] == [10, 2, 2, 5, 1]
    first = file.assignments[0].payments[0]
    assert (first.text, first.kid, first.settlement_date) == ("Foo bar baz", "0000531", date(1992, 1, 20))


@pytest.mark.parametrize(
    ("name", "service", "transactions"),
    [("avtalegiro_agreements.txt", "21", 16), ("avtalegiro_payment_request.txt", "21", 6)],
)
def test_a_real_avtalegiro_file_is_skipped_but_counted(
    shared_data: Path, name: str, service: str, transactions: int
) -> None:
    data = (shared_data / "ocr-giro/python-netsgiro" / name).read_bytes()
    file = parse(data)
    assert file.assignments == ()
    assert [(skipped.service, skipped.transaction_count) for skipped in file.skipped] == [(service, transactions)]
    assert write(file) == data


def test_control_sums_take_the_sign_into_account() -> None:
    file = ocr_file(assignment(payment(1, 17_780), payment(2, -2_150)))
    assert b"NY0900880000000200000006" + b"00000000000015630" in write(file)
    assert parse(write(file)).total_ore == 15_630


def test_a_card_reversal_is_added_to_the_sum_and_taken_from_the_payee() -> None:
    reversal = payment(2, -5_000, transaction_type=TransactionType.REVERSAL_WITH_KID)
    file = parse(write(ocr_file(assignment(payment(1, 10_000), reversal))))
    assert file.total_ore == 15_000
    assert [payment.amount_ore for _, payment in file.payments()] == [10_000, -5_000]


def test_a_kid_may_end_in_a_minus() -> None:
    file = parse(write(ocr_file(assignment(payment(kid="1234-")))))
    assert file.assignments[0].payments[0].kid == "1234-"


def test_an_assignment_of_another_service_is_counted_and_kept() -> None:
    file = ocr_file(assignment(payment()), skipped=(AVTALEGIRO_CLAIM,))
    assert parse(write(file)) == file
    assert (file.transaction_count, file.record_count, file.total_ore) == (2, 10, 12_600)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", [b"", b"\r\n\r\n", b"\n   \n", b"\x1a"])
@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"])
def test_line_ends_blank_tails_and_a_byte_order_mark_do_not_matter(line_end: str, tail: bytes, head: bytes) -> None:
    file = ocr_file(assignment(payment()))
    assert parse(head + write(file, line_end) + tail) == file
    assert parse(head + write(file, line_end).rstrip() + tail) == file


def test_free_text_keeps_its_norwegian_letters() -> None:
    card = payment(transaction_type=TransactionType.PURCHASE_WITH_TEXT, text="Kjøp på Ærfuglen")
    data = write(ocr_file(assignment(card)))
    assert "Kjøp på Ærfuglen".encode("iso-8859-1") in data
    assert parse(data).assignments[0].payments[0].text == "Kjøp på Ærfuglen"
    resaved = b"\xef\xbb\xbf" + data.decode("iso-8859-1").encode("utf-8")
    assert parse(resaved).assignments[0].payments[0].text == "Kjøp på Ærfuglen"


def test_line_numbers_and_the_logical_key_say_where_a_payment_is_from() -> None:
    file = parse(write(ocr_file(assignment(payment(1), payment(2)))))
    assert [payment.line_number for _, payment in file.payments()] == [3, 5]
    assert file.logical_key == "00008080/0170031/00010200"


def test_a_payment_has_the_same_identity_in_every_file_that_reports_it() -> None:
    morning = parse(write(ocr_file(assignment(payment(1), number="0000001"))))
    evening = parse(write(ocr_file(assignment(payment(1), payment(2), number="0000009"))))
    identities = [payment.identity for _, payment in evening.payments()]
    assert [payment.identity for _, payment in morning.payments()] == identities[:1]
    assert identities[0] == "2026-11-20/01201/00001/1/12500/0000100000010018/000000001"
    assert len(set(identities)) == 2


def test_equal_payments_in_two_assignments_to_one_account_get_different_identities() -> None:
    file = parse(write(ocr_file(assignment(payment()), assignment(payment(), number="0000002"))))
    first, second = (payment.identity for _, payment in file.payments())
    assert second == f"{first}/2"


def test_a_year_of_two_digits_lies_within_the_hundred_years_from_1980() -> None:
    days = [date(1980, 1, 1), date(1999, 12, 31), date(2000, 2, 29), date(2079, 12, 31)]
    file = ocr_file(assignment(*(payment(n, settlement_date=day) for n, day in enumerate(days, start=1))))
    assert [payment.settlement_date for _, payment in parse(write(file)).payments()] == days


def test_a_hundred_thousand_payments_are_parsed_in_a_few_seconds() -> None:
    file = ocr_file(assignment(*(payment(number, 100 + number) for number in range(1, 100_001))))
    data = write(file)
    started = time.perf_counter()
    again = parse(data)
    seconds = time.perf_counter() - started
    assert again == file
    assert seconds < 10, f"took {seconds:.1f} s; about 1 s on an idle machine of 2026"


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_without_a_crash(data: bytes) -> None:
    with pytest.raises(BankFileInvalid) as caught:
        parse(data)
    assert caught.value.problems


@settings(max_examples=300)
@given(ocr_files(), st.data())
def test_a_file_with_one_byte_changed_is_parsed_or_refused_without_a_crash(file: OcrFile, data: st.DataObject) -> None:
    raw = bytearray(write(file))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BankFileInvalid):
        parse(bytes(raw))


@given(ocr_files(), st.data())
def test_a_file_with_missing_lines_is_always_refused(file: OcrFile, data: st.DataObject) -> None:
    lines = write(file).splitlines(keepends=True)
    missing = data.draw(st.integers(0, len(lines) - 1))
    with pytest.raises(BankFileInvalid):
        parse(b"".join(lines[:missing] + lines[missing + 1 :]))
    with pytest.raises(BankFileInvalid):
        parse(b"".join(lines[:missing]))


def test_values_that_the_records_have_no_room_for_cannot_be_written() -> None:
    for invalid in (
        payment(kid="1" * 26),
        payment(kid="12A"),
        payment(amount_ore=10**17),
        payment(serial="123456"),
        payment(settlement_date=date(1979, 12, 31)),
        payment(text="no text for type 10"),
        payment(transaction_type=TransactionType.REVERSAL_WITH_KID),
    ):
        with pytest.raises(ValueError, match=r".+"):
            write(ocr_file(assignment(invalid)))


def test_an_empty_transmission_is_valid() -> None:
    empty = ocr_file()
    assert parse(write(empty)) == empty
