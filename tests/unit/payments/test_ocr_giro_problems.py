from collections.abc import Callable

import pytest

from services.payments.domain.bank_file import FileProblem
from services.payments.domain.errors import BankFileInvalid
from services.payments.domain.ocr_giro import parse, write
from tests.unit.payments.ocr_files import AVTALEGIRO_CLAIM, assignment, ocr_file, payment

VALID = write(ocr_file(assignment(payment(1), payment(2, -500)), skipped=(AVTALEGIRO_CLAIM,)))
# Lines: 1 start, 2 assignment, 3-4 and 5-6 payments, 7 its end, 8-11 another service, 12 end.


def problems_of(data: bytes) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(BankFileInvalid) as caught:
        parse(data)
    return [(problem.line_number, problem.field, problem.code) for problem in caught.value.problems]


def only_problem(data: bytes) -> FileProblem:
    with pytest.raises(BankFileInvalid) as caught:
        parse(data)
    (problem,) = caught.value.problems
    return problem


def overwritten(*changes: tuple[int, int, str]) -> bytes:
    """The valid file with other text at (line, position), both counted from 1."""
    lines = VALID.decode("iso-8859-1").split("\n")
    for line, position, text in changes:
        old = lines[line - 1]
        lines[line - 1] = old[: position - 1] + text + old[position - 1 + len(text) :]
    return "\n".join(lines).encode("iso-8859-1")


def edited(edit: Callable[[list[bytes]], object]) -> bytes:
    lines = VALID.splitlines()
    edit(lines)
    return b"\n".join(lines)


def test_the_valid_file_has_no_problem() -> None:
    assert parse(VALID).transaction_count == 3


@pytest.mark.parametrize("data", [b"", b"\n", b"  \r\n\r\n", b"\xef\xbb\xbf", b"\x1a"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert problems_of(data) == [(None, None, "empty-file")]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(BankFileInvalid, match="at most 100"):
        parse(VALID, max_bytes=100)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_refused(encoding: str) -> None:
    assert problems_of(VALID.decode("ascii").encode(encoding)) == [(None, None, "encoding")]


def test_a_byte_order_mark_before_text_that_is_not_utf_8_is_an_encoding_problem() -> None:
    assert problems_of(b"\xef\xbb\xbf" + overwritten((3, 75, "æø"))) == [(3, None, "encoding")]


def test_a_line_saved_as_utf_8_without_a_mark_is_an_encoding_problem() -> None:
    assert (3, None, "encoding") in problems_of(overwritten((3, 75, "æø")).decode("iso-8859-1").encode("utf-8"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ((1, 9, "X"), (1, "transmitter", "field-digits")),
        ((2, 25, " "), (2, "account", "field-digits")),
        ((3, 33, "O"), (3, "amount", "field-digits")),
        ((3, 32, "+"), (3, "sign", "field-sign")),
        ((3, 50, "12 4"), (3, "kid", "field-kid")),
        ((3, 60, "x"), (3, "kid", "field-kid")),
        ((3, 16, "310226"), (3, "settlement_date", "field-date")),
        ((3, 16, "000000"), (3, "settlement_date", "field-date")),
        ((4, 42, "321326"), (4, "bank_date", "field-date")),
        ((4, 9, "0000007"), (4, "transaction_number", "transaction-mismatch")),
        ((4, 5, "13"), (4, "transaction_number", "transaction-mismatch")),
        ((3, 5, "22"), (3, "transaction_type", "transaction-type")),
        ((3, 7, "33"), (3, "record_type", "unknown-record")),
        ((7, 9, "00000003"), (7, "transactions", "transaction-count")),
        ((7, 17, "00000007"), (7, "records", "record-count")),
        ((7, 25, "00000000000013000"), (7, "total", "control-sum")),
        ((7, 48, "191126"), (7, "first_settlement_date", "settlement-dates")),
        ((7, 54, "211126"), (7, "last_settlement_date", "settlement-dates")),
        ((7, 42, "000000"), (7, "created", "field-date")),
        ((11, 17, "00000005"), (11, "records", "record-count")),
        ((12, 9, "00000002"), (12, "transactions", "transaction-count")),
        ((12, 17, "00000013"), (12, "records", "record-count")),
        ((12, 25, "00000000000000000"), (12, "total", "control-sum")),
        ((12, 42, "999999"), (12, "created", "field-date")),
        ((3, 1, "NX"), (3, "format_code", "format-code")),
        ((3, 70, "\x07"), (3, None, "control-character")),
    ],
)
def test_one_wrong_field_is_one_problem(
    change: tuple[int, int, str], problem: tuple[int | None, str | None, str]
) -> None:
    assert problems_of(overwritten(change)) == [problem]


@pytest.mark.parametrize(
    ("edit", "problems"),
    [
        (lambda lines: lines.pop(0), [(1, None, "unexpected-record"), (11, "records", "record-count")]),
        (lambda lines: lines.pop(), [(11, None, "missing-end")]),
        (lambda lines: lines.pop(6), [(7, None, "unexpected-record"), (11, "records", "record-count")]),
        (lambda lines: lines.insert(4, b""), [(5, None, "blank-line"), (8, "records", "record-count")]),
        (lambda lines: lines.append(lines[0]), [(13, None, "after-end")]),
        (lambda lines: lines.insert(1, lines[0]), [(2, None, "unexpected-record"), (13, "records", "record-count")]),
        (lambda lines: lines.insert(3, lines[3]), [(5, None, "unexpected-record"), (8, "records", "record-count")]),
        (lambda lines: lines.pop(3), [(3, None, "unexpected-record"), (6, "records", "record-count")]),
        (lambda lines: lines.pop(2), [(3, None, "unexpected-record"), (6, "records", "record-count")]),
        (lambda lines: lines.pop(1), [(2, None, "unexpected-record")]),
    ],
)
def test_records_missing_or_out_of_order_are_reported_at_their_line(
    edit: Callable[[list[bytes]], object], problems: list[tuple[int, str | None, str]]
) -> None:
    assert problems_of(edited(edit))[: len(problems)] == problems


@pytest.mark.parametrize("length", [79, 40, 1])
def test_a_file_cut_off_within_a_record_lacks_its_end(length: int) -> None:
    cut = VALID[: 4 * 81 + length]
    assert problems_of(cut) == [(5, None, "record-length"), (5, None, "missing-end")]


def test_a_line_that_is_too_long_is_reported() -> None:
    assert problems_of(VALID.replace(b"\n", b"0\n", 1))[0] == (1, None, "record-length")


def test_free_text_for_a_type_without_text_is_unexpected() -> None:
    text = b"NY09103200000" + b"01" + b"hello".ljust(40) + b"0" * 25
    assert problems_of(edited(lambda lines: lines.insert(4, text)))[0] == (5, None, "unexpected-record")


def test_the_same_payment_twice_in_one_assignment_is_a_duplicate() -> None:
    doubled = write(ocr_file(assignment(payment(1), payment(1))))
    problem = only_problem(doubled)
    assert (problem.line_number, problem.code) == (5, "duplicate-payment")
    assert "line 3" in problem.en


def test_the_same_payment_in_two_assignments_with_one_number_is_a_duplicate() -> None:
    assert only_problem(write(ocr_file(assignment(payment()), assignment(payment())))).code == "duplicate-payment"


def test_every_wrong_field_of_the_file_is_listed_in_order() -> None:
    wrong = overwritten((3, 33, "O"), (3, 50, "X"), (5, 32, "?"), (6, 48, "y"), (12, 9, " "))
    assert problems_of(wrong) == [
        (3, "amount", "field-digits"),
        (3, "kid", "field-kid"),
        (5, "sign", "field-sign"),
        (12, "transactions", "field-digits"),
    ]


def test_at_most_a_hundred_problems_are_listed() -> None:
    with pytest.raises(BankFileInvalid, match=r"100\+ problems") as caught:
        parse(b"rubbish\n" * 5000)
    assert len(caught.value.problems) == 100


def test_a_problem_has_a_norwegian_and_an_english_text() -> None:
    problem = only_problem(overwritten((7, 25, "00000000000013000")))
    assert problem.text("en") == "The end record states 13000 øre; the payments give 12000 øre."
    assert problem.text("nb") == "Sluttrecorden oppgir 13000 øre; betalingene gir 12000 øre."
    assert problem.text("nn") == problem.nb
