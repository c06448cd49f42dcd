"""What can be wrong with an OCR giro file, and how it is said to people."""

from dataclasses import dataclass
from typing import Final

MAX_PROBLEMS: Final = 100
"""A file that is wrong throughout is wrong once: reading stops here, and the error says so."""

# code -> (norsk, English)
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "empty-file": ("Filen er tom.", "The file is empty."),
    "file-too-large": (
        "Filen er på {size} byte; det største som tas imot er {limit}.",
        "The file has {size} bytes; the most that is accepted is {limit}.",
    ),
    "encoding": (
        "Tegnsettet er feil: filen skal være ISO-8859-1, dette ligner {found}.",
        "Wrong character set: the file should be ISO-8859-1, this looks like {found}.",
    ),
    "record-length": (
        "Linjen har {length} tegn; en record har 80.",
        "The line has {length} characters; a record has 80.",
    ),
    "blank-line": ("Linjen er tom midt i filen.", "The line is blank in the middle of the file."),
    "control-character": ("Linjen inneholder styretegn.", "The line contains control characters."),
    "format-code": ("Linjen skal begynne med NY, ikke {found}.", "The line should begin with NY, not {found}."),
    "unknown-record": (
        "Recordtypen {found} finnes ikke i OCR giro.",
        "Record type {found} does not exist in OCR giro.",
    ),
    "unexpected-record": (
        "{record} kan ikke stå her; ventet {expected}.",
        "{record} cannot stand here; expected {expected}.",
    ),
    "field-digits": ("Feltet skal bare ha sifre, ikke {found}.", "The field should be digits only, not {found}."),
    "field-date": ("{found} er ikke en dato på formen DDMMÅÅ.", "{found} is not a date of the form DDMMYY."),
    "field-sign": ("Fortegnet skal være 0 eller -, ikke {found}.", "The sign should be 0 or -, not {found}."),
    "field-kid": (
        "KID skal være høyrestilte sifre, eventuelt med - til slutt, ikke {found}.",
        "A KID should be right-aligned digits, perhaps with - at the end, not {found}.",
    ),
    "transaction-type": (
        "Transaksjonstypen {found} finnes ikke i OCR giro (10 til 21).",
        "Transaction type {found} does not exist in OCR giro (10 to 21).",
    ),
    "transaction-mismatch": (
        "Beløpspostene hører ikke sammen: ventet {expected}, fant {found}.",
        "The amount items do not belong together: expected {expected}, found {found}.",
    ),
    "duplicate-payment": (
        "Betalingen er lik den på linje {other}.",
        "The payment is equal to the one on line {other}.",
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
        "Something stands after the end record; a file should hold one transmission.",
    ),
}

_END_FIELDS: Final = {"transaction-count": "transactions", "record-count": "records", "control-sum": "total"}


@dataclass(frozen=True, slots=True)
class OcrProblem:
    """One thing wrong: line (None: the whole file), field (None: the whole line), a stable code, and both texts."""

    line_number: int | None
    field: str | None
    code: str
    message: str
    message_nb: str

    def text(self, language: str) -> str:
        """The message in nb (also for nn) or en."""
        return self.message if language == "en" else self.message_nb


class OcrGiroError(ValueError):
    """The file cannot be used, nor any part of it. `problems` holds at most MAX_PROBLEMS, in the order found."""

    code = "ocr-giro-invalid"

    def __init__(self, problems: tuple[OcrProblem, ...], stopped_early: bool = False) -> None:
        self.problems = problems
        self.stopped_early = stopped_early
        first = problems[0]
        where = f"line {first.line_number}: " if first.line_number else ""
        super().__init__(f"{where}{first.message} ({len(problems)}{'+' if stopped_early else ''} problems)")


class Problems:
    """The problems of one reading so far; raises OcrGiroError by itself when there are too many to be worth listing."""

    def __init__(self) -> None:
        self._found: list[OcrProblem] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, code: str, line_number: int | None = None, field: str | None = None, **values: object) -> None:
        """Notes a problem; `values` fill in the texts of the code."""
        norwegian, english = (text.format(**values) for text in _TEXTS[code])
        self._found.append(OcrProblem(line_number, field, code, english, norwegian))
        if len(self._found) >= MAX_PROBLEMS:
            raise OcrGiroError(tuple(self._found), stopped_early=True)

    def compare(self, code: str, line_number: int, stated: str, counted: int) -> None:
        """Notes that an end record states another number than the file has."""
        if int(stated) != counted:
            self.add(code, line_number, _END_FIELDS[code], stated=int(stated), counted=counted)

    def raise_if_any(self) -> None:
        """Raises OcrGiroError with everything noted."""
        if self._found:
            raise OcrGiroError(tuple(self._found))
