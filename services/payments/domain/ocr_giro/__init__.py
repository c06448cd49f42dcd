"""OCR giro, service 09: the file of incoming payments with KID that a Norwegian bank sends a payee. Pure, both ways.

    read(data)   bytes -> BankFile, or BankFileInvalid with every problem by line and field
    parse(data)  the same, but to OcrFile: the records as they are
    write(file)  OcrFile -> bytes; parse(write(file)) == file

Source: Nets/BBS, System specification OCR giro (records of 80 characters, ISO-8859-1, amounts in øre, dates DDMMYY).
"""

from services.payments.domain.ocr_giro.model import Assignment, OcrFile, Payment, SkippedAssignment, TransactionType
from services.payments.domain.ocr_giro.reader import MAX_BYTES, parse
from services.payments.domain.ocr_giro.translation import NAME, read, recognises
from services.payments.domain.ocr_giro.writer import write

__all__ = [
    "MAX_BYTES",
    "NAME",
    "Assignment",
    "OcrFile",
    "Payment",
    "SkippedAssignment",
    "TransactionType",
    "parse",
    "read",
    "recognises",
    "write",
]
