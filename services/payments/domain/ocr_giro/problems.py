"""What can be wrong with an OCR giro file, in Norwegian and English."""

from typing import Final

from services.payments.domain.bank_file import MAX_PROBLEMS, FileProblem
from services.payments.domain.errors import BankFileInvalid

# code -> (nb, en)
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "empty-file": ("Filen er tom.", "The file is empty."),
    "file-too-large": (
        "Filen er på {size} byte; høyst {limit} tas imot.",
        "The file has {size} bytes; at most {limit} are accepted.",
    ),
    "encoding": (
        "Tegnsettet er feil: filen skal være ISO-8859-1, dette ligner {actual}.",
        "Wrong character set: the file should be ISO-8859-1, this looks like {actual}.",
    ),
    "record-length": (
        "Linjen har {length} tegn; en record har 80.",
        "The line has {length} characters; a record has 80.",
    ),
    "blank-line": ("Linjen er tom midt i filen.", "The line is blank in the middle of the file."),
    "control-character": ("Linjen inneholder styretegn.", "The line contains control characters."),
    "format-code": ("Linjen skal begynne med NY, ikke {actual}.", "The line should begin with NY, not {actual}."),
    "unknown-record": (
        "Recordtypen {actual} finnes ikke i OCR giro.",
        "Record type {actual} does not exist in OCR giro.",
    ),
    "unexpected-record": (
        "{record} kan ikke stå her; ventet {expected}.",
        "{record} cannot be here; expected {expected}.",
    ),
    "field-digits": ("Feltet skal bare ha sifre, ikke {actual}.", "The field should be digits only, not {actual}."),
    "field-date": ("{actual} er ikke en dato på formen DDMMÅÅ.", "{actual} is not a date of the form DDMMYY."),
    "field-sign": ("Fortegnet skal være 0 eller -, ikke {actual}.", "The sign should be 0 or -, not {actual}."),
    "field-kid": (
        "KID skal være høyrestilte sifre, eventuelt med - til slutt, ikke {actual}.",
        "A KID should be right-aligned digits, perhaps with - at the end, not {actual}.",
    ),
    "transaction-type": (
        "Transaksjonstypen {actual} finnes ikke i OCR giro (10 til 21).",
        "Transaction type {actual} does not exist in OCR giro (10 to 21).",
    ),
    "transaction-mismatch": (
        "Beløpspostene hører ikke sammen: ventet {expected}, fant {actual}.",
        "The amount items do not belong together: expected {expected}, found {actual}.",
    ),
    "duplicate-payment": (
        "Betalingen er den samme som på linje {other}.",
        "The payment is the same as the one on line {other}.",
    ),
    "transaction-count": (
        "Sluttrecorden oppgir {stated} transaksjoner; filen har {counted}.",
        "The end record states {stated} transactions; the file has {counted}.",
    ),
    "record-count": (
        "Sluttrecorden oppgir {stated} records; filen har {counted}.",
        "The end record states {stated} records; the file has {counted}.",
    ),
    "control-sum": (
        "Sluttrecorden oppgir {stated} øre; betalingene gir {counted} øre.",
        "The end record states {stated} øre; the payments give {counted} øre.",
    ),
    "settlement-dates": (
        "Sluttrecorden oppgir oppgjørsdato {stated}; betalingene gir {counted}.",
        "The end record states settlement date {stated}; the payments give {counted}.",
    ),
    "missing-end": (
        "Filen er avkortet: {record} mangler.",
        "The file is truncated: {record} is missing.",
    ),
    "after-end": (
        "Det står noe etter sluttrecorden; en fil skal inneholde én forsendelse.",
        "There is something after the end record; a file should contain one transmission.",
    ),
}

_END_FIELDS: Final = {"transaction-count": "transactions", "record-count": "records", "control-sum": "total"}


class Problems:
    """The problems found so far while a file is read; raises BankFileInvalid once there are MAX_PROBLEMS."""

    def __init__(self) -> None:
        self._problems: list[FileProblem] = []

    def add(self, code: str, line_number: int | None = None, field: str | None = None, **values: object) -> None:
        """Notes a problem; `values` complete the sentences of the code."""
        nb, en = (text.format(**values) for text in _TEXTS[code])
        self._problems.append(FileProblem(line_number, field, code, nb, en))
        if len(self._problems) >= MAX_PROBLEMS:
            raise BankFileInvalid(self._problems)

    def compare(self, code: str, line_number: int, stated: str, counted: int) -> None:
        """Notes a problem if the number that an end record states is not the one counted."""
        if int(stated) != counted:
            self.add(code, line_number, _END_FIELDS[code], stated=int(stated), counted=counted)

    def raise_if_any(self) -> None:
        """Raises BankFileInvalid with all problems so far."""
        if self._problems:
            raise BankFileInvalid(self._problems)
