"""From an OCR giro file to a neutral bank file."""

from collections.abc import Iterator
from typing import Final

from services.payments.domain.bank_file import BankFile, BankPayment, FieldNames, ReportedAccount
from services.payments.domain.ocr_giro.model import OcrFile
from services.payments.domain.ocr_giro.reader import parse

NAME: Final = "ocr_giro"
_FIELD_NAMES: Final = FieldNames(account="account", paid_on="settlement_date")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def recognises(data: bytes) -> bool:
    """Whether the data begins like a transmission."""
    return data.removeprefix(_BYTE_ORDER_MARK).startswith(b"NY")


def read(data: bytes) -> BankFile:
    """The bank file in the bytes. Raises BankFileInvalid with every problem by line and field."""
    return bank_file(parse(data))


def bank_file(file: OcrFile) -> BankFile:
    """Assignments of other services are left out."""
    return BankFile(
        format=NAME,
        transmission=file.logical_key,
        created_on=file.created,
        field_names=_FIELD_NAMES,
        accounts=tuple(ReportedAccount(assignment.account, assignment.line_number) for assignment in file.assignments),
        payments=tuple(_payments(file)),
    )


def _payments(file: OcrFile) -> Iterator[BankPayment]:
    for assignment, payment in file.payments():
        yield BankPayment(
            account=assignment.account,
            identity=payment.identity,
            amount_ore=payment.amount_ore,
            control_ore=payment.control_ore,
            paid_on=payment.settlement_date,
            line_number=payment.line_number,
            transaction_code=f"{payment.transaction_type:d}",
            kid=payment.kid,
            ordered_on=payment.bank_date,
            debit_account=payment.debit_account,
            bank_reference=payment.archive_reference,
            text=payment.text,
        )
