"""OCR giro, service 09: the file of incoming payments with KID that a Norwegian bank sends a payee. Pure, both ways.

    read(data)  bytes -> OcrFile, or OcrGiroError with every problem by line and field
    write(file) OcrFile -> bytes; read(write(file)) == file

Source: Nets/BBS, System specification OCR giro (records of 80 characters, ISO-8859-1, amounts in øre, dates DDMMYY).
"""

from services.payments.domain.ocr_giro.model import Assignment, OcrFile, Payment, SkippedAssignment, TransactionType
from services.payments.domain.ocr_giro.problems import OcrGiroError, OcrProblem
from services.payments.domain.ocr_giro.reader import MAX_BYTES, read
from services.payments.domain.ocr_giro.writer import write

__all__ = [
    "MAX_BYTES",
    "Assignment",
    "OcrFile",
    "OcrGiroError",
    "OcrProblem",
    "Payment",
    "SkippedAssignment",
    "TransactionType",
    "read",
    "write",
]
