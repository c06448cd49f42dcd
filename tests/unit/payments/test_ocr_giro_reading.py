import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import netsgiro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.domain.ocr_giro import OcrFile, OcrGiroError, TransactionType, read, write
from tests.unit.payments.ocr_files import (
    AVTALEGIRO_CLAIM,
    assignment,
    ocr_file,
    ocr_files,
    payment,
)


@given(ocr_files())
def test_a_written_file_reads_back_as_it_was(file: OcrFile) -> None:
    assert read(write(file)) == file


def by_netsgiro(data: bytes) -> list[netsgiro.Transaction]:
    file = netsgiro.parse(data.decode("iso-8859-1").rstrip("\n"))
    found = [one for part in file.assignments for one in part.transactions]
    return [one for one in found if isinstance(one, netsgiro.Transaction)]


# netsgiro ignores signs and takes years from 69 on for the last century: the oracle is asked within what it knows.
_known_to_netsgiro = st.tuples(
    st.text("0123456789", min_size=2, max_size=25),
    st.integers(0, 10**12),
    st.dates(date(1980, 1, 1), date(2068, 12, 31)),
)


@given(st.lists(_known_to_netsgiro, min_size=1, max_size=4))
def test_netsgiro_finds_the_same_payments(told: list[tuple[str, int, date]]) -> None:
    payments = (payment(n, ore, kid=kid, settlement_date=day) for n, (kid, ore, day) in enumerate(told, start=1))
    theirs = by_netsgiro(write(ocr_file(assignment(*payments))))
    assert [(one.kid, int(one.amount * 100), one.date) for one in theirs] == told


@pytest.mark.parametrize("name", ["python-netsgiro/ocr_giro_transactions.txt", "java-netsgiro/ocr3.txt"])
def test_a_real_file_reads_as_netsgiro_reads_it(shared_data: Path, name: str) -> None:
    data = (shared_data / "ocr-giro" / name).read_bytes()
    ours = [one for _, one in read(data).payments()]
    assert [(one.transaction_number, one.kid, one.amount_ore, one.bank_date) for one in ours] == [
        (one.number, one.kid, int(one.amount * 100), one.bank_date) for one in by_netsgiro(data)
    ]


def test_the_real_file_has_what_its_readme_says(shared_data: Path) -> None:
    file = read((shared_data / "ocr-giro/python-netsgiro/ocr_giro_transactions.txt").read_bytes())
    assert (len(file.assignments), file.transaction_count, file.total_ore) == (1, 20, 5_144_900)
    kinds = [one.transaction_type for _, one in file.payments()]
    assert [kinds.count(TransactionType(code)) for code in (10, 11, 12, 13, 21)] == [10, 2, 2, 5, 1]
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
    file = read(data)
    assert file.assignments == ()
    assert [(one.service, one.transaction_count) for one in file.skipped] == [(service, transactions)]
    assert write(file) == data


def test_control_sums_are_net_of_signs() -> None:
    file = ocr_file(assignment(payment(1, 17_780), payment(2, -2_150)))
    assert b"NY0900880000000200000006" + b"00000000000015630" in write(file)
    assert read(write(file)).total_ore == 15_630


def test_a_card_reversal_is_added_to_the_sum_and_taken_from_the_payee() -> None:
    reversal = payment(2, -5_000, transaction_type=TransactionType.REVERSAL_WITH_KID)
    file = read(write(ocr_file(assignment(payment(1, 10_000), reversal))))
    assert file.total_ore == 15_000
    assert [one.amount_ore for _, one in file.payments()] == [10_000, -5_000]


def test_a_kid_may_end_in_a_minus() -> None:
    file = read(write(ocr_file(assignment(payment(kid="1234-")))))
    assert file.assignments[0].payments[0].kid == "1234-"


def test_another_service_between_the_same_start_and_end_is_counted_and_kept() -> None:
    file = ocr_file(assignment(payment()), skipped=(AVTALEGIRO_CLAIM,))
    assert read(write(file)) == file
    assert (file.transaction_count, file.record_count, file.total_ore) == (2, 10, 12_600)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", [b"", b"\r\n\r\n", b"\n   \n", b"\x1a"])
@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"])
def test_line_ends_blank_tails_and_a_byte_order_mark_do_not_matter(line_end: str, tail: bytes, head: bytes) -> None:
    file = ocr_file(assignment(payment()))
    assert read(head + write(file, line_end) + tail) == file
    assert read(head + write(file, line_end).rstrip() + tail) == file


def test_free_text_keeps_its_norwegian_letters() -> None:
    card = payment(transaction_type=TransactionType.PURCHASE_WITH_TEXT, text="Kjøp på Ærfuglen")
    data = write(ocr_file(assignment(card)))
    assert "Kjøp på Ærfuglen".encode("iso-8859-1") in data
    assert read(data).assignments[0].payments[0].text == "Kjøp på Ærfuglen"
    resaved = b"\xef\xbb\xbf" + data.decode("iso-8859-1").encode("utf-8")
    assert read(resaved).assignments[0].payments[0].text == "Kjøp på Ærfuglen"


def test_lines_and_logical_key_tell_where_a_payment_came_from() -> None:
    file = read(write(ocr_file(assignment(payment(1), payment(2)))))
    assert [one.line_number for _, one in file.payments()] == [3, 5]
    assert file.logical_key == "00008080/0170031/00010200"


def test_a_payment_has_the_same_identity_in_every_file_that_tells_of_it() -> None:
    morning = read(write(ocr_file(assignment(payment(1), number="0000001"))))
    evening = read(write(ocr_file(assignment(payment(1), payment(2), number="0000009"))))
    told = [one.identity for _, one in evening.payments()]
    assert [one.identity for _, one in morning.payments()] == told[:1]
    assert told[0] == "2026-11-20/01201/00001/1/12500/0000100000010018/000000001"
    assert len(set(told)) == 2


def test_equal_payments_in_two_assignments_to_one_account_are_told_apart() -> None:
    file = read(write(ocr_file(assignment(payment()), assignment(payment(), number="0000002"))))
    first, second = (one.identity for _, one in file.payments())
    assert second == f"{first}/2"


def test_a_year_of_two_digits_is_of_the_hundred_years_from_1980() -> None:
    days = [date(1980, 1, 1), date(1999, 12, 31), date(2000, 2, 29), date(2079, 12, 31)]
    file = ocr_file(assignment(*(payment(n, settlement_date=day) for n, day in enumerate(days, start=1))))
    assert [one.settlement_date for _, one in read(write(file)).payments()] == days


def test_a_hundred_thousand_payments_read_in_a_few_seconds() -> None:
    file = ocr_file(assignment(*(payment(number, 100 + number) for number in range(1, 100_001))))
    data = write(file)
    started = time.perf_counter()
    again = read(data)
    seconds = time.perf_counter() - started
    assert again == file
    assert seconds < 10, f"took {seconds:.1f} s; about 1 s on an idle machine of 2026"


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_give_an_answer_never_a_crash(data: bytes) -> None:
    with pytest.raises(OcrGiroError) as caught:
        read(data)
    assert caught.value.problems


@settings(max_examples=300)
@given(ocr_files(), st.data())
def test_a_file_with_one_byte_changed_reads_or_is_refused_never_a_crash(file: OcrFile, data: st.DataObject) -> None:
    raw = bytearray(write(file))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(OcrGiroError):
        read(bytes(raw))


@given(ocr_files(), st.data())
def test_a_file_that_lacks_lines_is_always_refused(file: OcrFile, data: st.DataObject) -> None:
    lines = write(file).splitlines(keepends=True)
    missing = data.draw(st.integers(0, len(lines) - 1))
    with pytest.raises(OcrGiroError):
        read(b"".join(lines[:missing] + lines[missing + 1 :]))
    with pytest.raises(OcrGiroError):
        read(b"".join(lines[:missing]))


def test_writing_refuses_what_the_records_have_no_room_for() -> None:
    for wrong in (
        payment(kid="1" * 26),
        payment(kid="12A"),
        payment(amount_ore=10**17),
        payment(serial="123456"),
        payment(settlement_date=date(1979, 12, 31)),
        payment(text="no text for type 10"),
        payment(transaction_type=TransactionType.REVERSAL_WITH_KID),
    ):
        with pytest.raises(ValueError, match=r".+"):
            write(ocr_file(assignment(wrong)))


def test_an_empty_transmission_is_a_right_file() -> None:
    empty = ocr_file()
    assert read(write(empty)) == empty
