"""Bank files, whatever their format: translation, digests, dates and accounts."""

from datetime import date, timedelta
from typing import get_args
from uuid import UUID

import pytest

from services.payments.domain import words
from services.payments.domain.bank_file import BankPayment, FileDigests, ReportedAccount
from services.payments.domain.booking import FURTHEST_AHEAD, OLDEST, AccountOwner, check_dates, incoming_payments
from services.payments.domain.errors import BankFileInvalid
from services.payments.domain.file_formats import FORMATS, read_bank_file
from services.payments.domain.ocr_giro import TransactionType, write
from shared.contracts import payments as contract
from shared.kid import KidAgreement, KidAlgorithm
from tests.unit.payments.ocr_files import ACCOUNT, AVTALEGIRO_CLAIM, CREATED, DAY, assignment, ocr_file, payment

REVERSAL = payment(2, -500, transaction_type=TransactionType.REVERSAL_WITH_KID)
DATA = write(ocr_file(assignment(payment(1), REVERSAL), skipped=(AVTALEGIRO_CLAIM,)))
OWNER = AccountOwner(UUID(int=1), KidAgreement(KidAlgorithm.MOD10, 16))


def test_an_ocr_giro_file_is_translated_without_other_services() -> None:
    file = read_bank_file(DATA)
    assert (file.format, file.transmission, file.created_on) == ("ocr_giro", "00008080/0170031/00010200", CREATED)
    assert file.accounts == (ReportedAccount(ACCOUNT, line_number=2),)
    first, reversal = file.payments
    assert first == BankPayment(
        account=ACCOUNT,
        identity="2026-11-20/01201/00001/1/12500/0000100000010018/000000001",
        amount_ore=125_00,
        control_ore=125_00,
        paid_on=DAY,
        line_number=3,
        transaction_code="10",
        kid="0000100000010018",
        ordered_on=DAY,
        debit_account="99990512341",
        bank_reference="000000001",
    )
    assert (reversal.amount_ore, reversal.control_ore, reversal.transaction_code) == (-5_00, 5_00, "18")


def test_each_format_is_recognised_by_its_first_bytes_and_no_other() -> None:
    assert [row.name for row in FORMATS if row.recognises(DATA)] == ["ocr_giro"]
    assert [row.name for row in FORMATS if row.recognises(b"\xef\xbb\xbf" + DATA)] == ["ocr_giro"]
    assert not [row.name for row in FORMATS if row.recognises(b"<?xml version='1.0'?>")]


def test_a_file_of_no_known_format_is_refused_with_a_reason() -> None:
    with pytest.raises(BankFileInvalid) as caught:
        read_bank_file(b"<?xml version='1.0'?>")
    assert caught.value.problems[0].code == "record-length"


def test_the_content_digest_ignores_line_ends_but_not_content() -> None:
    digests = [FileDigests.of(data) for data in (DATA, DATA.replace(b"\n", b"\r\n"), DATA.replace(b"125", b"126"))]
    assert len({digest.sha256 for digest in digests}) == 3
    assert digests[0].content_sha256 == digests[1].content_sha256 != digests[2].content_sha256


@pytest.mark.parametrize("today", [DAY + OLDEST, DAY - FURTHEST_AHEAD])
def test_settlement_dates_must_lie_within_a_window_around_today(today: date) -> None:
    file = read_bank_file(DATA)
    check_dates(file, today, accept_old=False)
    outside = today + timedelta(days=1 if today > DAY else -1)
    with pytest.raises(BankFileInvalid) as caught:
        check_dates(file, outside, accept_old=False)
    problems = [(problem.line_number, problem.field) for problem in caught.value.problems]
    assert problems == [(3, "settlement_date"), (5, "settlement_date")]


def test_a_person_may_accept_old_settlement_dates_but_none_far_ahead() -> None:
    file = read_bank_file(DATA)
    check_dates(file, DAY + 3 * OLDEST, accept_old=True)
    with pytest.raises(BankFileInvalid):
        check_dates(file, DAY - 3 * FURTHEST_AHEAD, accept_old=True)


def test_payments_belong_to_the_owner_of_their_account() -> None:
    file = read_bank_file(DATA)
    incoming = incoming_payments(file, {ACCOUNT: OWNER})
    assert [(payment.receipt.client_id, payment.receipt.amount_ore) for payment in incoming] == [
        (OWNER.client_id, 125_00),
        (OWNER.client_id, -5_00),
    ]
    with pytest.raises(BankFileInvalid) as caught:
        incoming_payments(file, {})
    [problem] = caught.value.problems
    assert (problem.line_number, problem.field, problem.code) == (2, "account", "account-not-yours")


def test_the_words_of_the_domain_are_those_of_the_contract() -> None:
    assert get_args(words.MatchKind) == get_args(contract.MatchKind)
    assert get_args(words.UnmatchedReason) == get_args(contract.UnmatchedReason)
