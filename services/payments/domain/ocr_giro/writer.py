"""Writes OCR giro files, for the simulated bank and for tests."""

from collections.abc import Iterator
from typing import Final

from services.payments.domain.ocr_giro.layouts import (
    AMOUNT_ITEM_1,
    AMOUNT_ITEM_2,
    AMOUNT_ITEM_3,
    END_ASSIGNMENT,
    END_TRANSMISSION,
    START_ASSIGNMENT,
    START_TRANSMISSION,
    write_date,
)
from services.payments.domain.ocr_giro.model import Assignment, OcrFile, Payment

_START: Final = "NY000010"
_END: Final = "NY000089"


def write(file: OcrFile, line_end: str = "\n") -> bytes:
    """The bytes of a transmission. Raises ValueError for values that the records have no room for.

    Counts, control sums and settlement dates of the end records are computed. The sign field is `-` for a negative
    amount, except of a card reversal (types 18 and 20), whose type implies the sign.
    """
    return "".join(line + line_end for line in _records(file)).encode("iso-8859-1")


def _records(file: OcrFile) -> Iterator[str]:
    yield START_TRANSMISSION.write(
        _START,
        transmitter=file.transmitter,
        transmission_number=file.transmission_number,
        recipient=file.recipient,
    )
    for assignment in file.assignments:
        yield from _assignment(assignment)
    for skipped in file.skipped:
        yield from skipped.records
    yield END_TRANSMISSION.write(
        _END,
        transactions=file.transaction_count,
        records=file.record_count,
        total=file.total_ore,
        created=write_date(file.created),
    )


def _assignment(assignment: Assignment) -> Iterator[str]:
    yield START_ASSIGNMENT.write(
        "NY090020",
        agreement=assignment.agreement,
        assignment_number=assignment.number,
        account=assignment.account,
    )
    for payment in assignment.payments:
        yield from _payment(payment)
    days = [payment.settlement_date for payment in assignment.payments]
    yield END_ASSIGNMENT.write(
        "NY090088",
        transactions=assignment.transaction_count,
        records=assignment.record_count,
        total=assignment.total_ore,
        created=write_date(assignment.created),
        first_settlement_date=write_date(min(days, default=None)),
        last_settlement_date=write_date(max(days, default=None)),
    )


def _payment(payment: Payment) -> Iterator[str]:
    transaction_type = payment.transaction_type
    if transaction_type.is_reversal and payment.amount_ore > 0:
        raise ValueError(f"a reversal takes money from the payee: {payment.amount_ore} øre should be negative")
    if payment.text is not None and not transaction_type.has_text:
        raise ValueError(f"only types 20 and 21 have text, not {transaction_type:d}")
    yield _amount_item_1(payment)
    yield AMOUNT_ITEM_2.write(
        f"NY09{transaction_type:02d}31",
        transaction_number=payment.transaction_number,
        form_number=payment.form_number or "",
        archive_reference=payment.archive_reference or "",
        bank_date=write_date(payment.bank_date),
        debit_account=payment.debit_account or "",
    )
    if payment.text is not None:
        yield AMOUNT_ITEM_3.write(
            f"NY09{transaction_type:02d}32", transaction_number=payment.transaction_number, text=payment.text
        )


def _amount_item_1(payment: Payment) -> str:
    negative = payment.amount_ore < 0 and not payment.transaction_type.is_reversal
    return AMOUNT_ITEM_1.write(
        f"NY09{payment.transaction_type:02d}30",
        transaction_number=payment.transaction_number,
        settlement_date=write_date(payment.settlement_date),
        centre=payment.centre,
        day_code=payment.day_code,
        partial_settlement=payment.partial_settlement,
        serial=payment.serial,
        sign="-" if negative else "0",
        amount=abs(payment.amount_ore),
        kid=payment.kid or "",
        card_issuer=payment.card_issuer or "00",
    )
