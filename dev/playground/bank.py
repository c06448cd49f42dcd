"""A bank: writes the OCR giro file for a day's payments."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.payments.domain.ocr_giro import Assignment, OcrFile, Payment, TransactionType, write

NETS = "00008080"


@dataclass(frozen=True)
class Transfer:
    """A payment to an account, with a KID."""

    account: str
    kid: str
    amount_ore: int


def ocr_giro_file(
    transfers: Sequence[Transfer], paid_on: date, transmission: int, recipient: str = "00123456"
) -> bytes:
    """The file for these transfers, all settled on one day, with one assignment per account."""
    by_account = itertools.groupby(
        sorted(transfers, key=lambda transfer: transfer.account), key=lambda transfer: transfer.account
    )
    assignments = tuple(
        Assignment(
            agreement="001008688",
            number=f"{transmission:07d}",
            account=account,
            created=paid_on,
            payments=tuple(
                _payment(number, transfer, paid_on, transmission) for number, transfer in enumerate(group, start=1)
            ),
        )
        for account, group in by_account
    )
    return write(OcrFile(NETS, f"{transmission:07d}", recipient, paid_on, assignments))


def _payment(number: int, transfer: Transfer, paid_on: date, transmission: int) -> Payment:
    return Payment(
        transaction_type=TransactionType.GIRO_DEBITED_ACCOUNT,
        transaction_number=number,
        settlement_date=paid_on,
        centre="01",
        day_code="08",
        partial_settlement="1",
        serial=f"{transmission % 100_000:05d}",
        amount_ore=transfer.amount_ore,
        kid=transfer.kid,
        form_number=f"{number:010d}",
        archive_reference=f"{(transmission * 100_000 + number) % 1_000_000_000:09d}",
        bank_date=paid_on,
        debit_account="00000000000",
    )
