"""The record layouts of OCR giro as data, for both the reader and the writer.

Positions count from 1 and include both ends, as in the specification. Each layout is compiled to one pattern, so that a
correct line is read in one step; only a wrong one is examined field by field.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from services.payments.domain.ocr_giro.problems import Problems

RECORD_LENGTH: Final = 80
NO_DATE: Final = "000000"
# Years have two digits and the format is from the 1980s: 80 to 99 mean 1980 to 1999, as in the publisher's examples.
_FIRST_YEAR: Final = 1980


class Kind(StrEnum):
    """What a field may contain; the value is the code of the problem when it contains something else."""

    DIGITS = "field-digits"
    SIGN = "field-sign"
    KID = "field-kid"
    TEXT = "field-text"


_LOOSE: Final = {Kind.DIGITS: "[0-9]{%d}", Kind.SIGN: "[-0]{%d}", Kind.KID: "[- 0-9]{%d}", Kind.TEXT: ".{%d}"}
# Right-aligned: blanks, then digits, the last of which may be a minus (a MOD11 check digit of ten).
_RIGHT_ALIGNED_KID: Final = re.compile(" *[0-9]+-?| +")


@dataclass(frozen=True, slots=True)
class Field:
    """A named range of positions in a record."""

    name: str
    first: int
    last: int
    kind: Kind = Kind.DIGITS

    @property
    def width(self) -> int:
        return self.last - self.first + 1

    def cut(self, line: str) -> str:
        return line[self.first - 1 : self.last]

    def accepts(self, text: str) -> bool:
        """Whether the field may contain the text, which has the field's width."""
        matches = re.fullmatch(_LOOSE[self.kind] % self.width, text, re.DOTALL) is not None
        return matches and (self.kind is not Kind.KID or is_kid_field(text))


@dataclass(frozen=True)
class Layout:
    """One record type. The fields are in order; what lies between them is filler and ignored."""

    record_type: str
    fields: tuple[Field, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a correct record and captures its fields. A KID gets its full check from `is_kid_field`."""
        parts, position = [], 1
        for field in self.fields:
            parts.append(f".{{{field.first - position}}}({_LOOSE[field.kind] % field.width})")
            position = field.last + 1
        return re.compile("".join(parts) + f".{{{RECORD_LENGTH + 1 - position}}}", re.DOTALL)

    def read(self, line: str, line_number: int, problems: Problems) -> tuple[str, ...] | None:
        """The fields in order, or None if any is wrong (noted)."""
        match = self.pattern.fullmatch(line)
        if match is None:
            self._diagnose(line, line_number, problems)
            return None
        return match.groups()

    def _diagnose(self, line: str, line_number: int, problems: Problems) -> None:
        for field in self.fields:
            text = field.cut(line)
            if not field.accepts(text):
                problems.add(field.kind.value, line_number, field.name, actual=repr(text))

    def write(self, head: str, **values: object) -> str:
        """A record that begins with `head` (eight characters), with zeros where no value is given."""
        line = head.ljust(RECORD_LENGTH, "0")
        for field in self.fields:
            if field.name in values:
                line = line[: field.first - 1] + _written(field, values[field.name]) + line[field.last :]
        return line


def is_kid_field(text: str) -> bool:
    """Whether the 25 positions contain a right-aligned KID or only blanks."""
    return _RIGHT_ALIGNED_KID.fullmatch(text) is not None


def read_date(text: str) -> date | None:
    """DDMMYY as a date; None for zeros. Raises ValueError for a date that does not exist."""
    return None if text == NO_DATE else _date(text)


def read_day(text: str, line_number: int, field: str, problems: Problems) -> date | None:
    """The date of a mandatory field; None if it does not exist (noted)."""
    try:
        day = read_date(text)
    except ValueError:
        day = None
    if day is None:
        problems.add("field-date", line_number, field, actual=repr(text))
    return day


def write_date(day: date | None) -> str:
    """A date as DDMMYY; zeros for None. Raises ValueError outside the hundred years that two digits can express."""
    if day is None:
        return NO_DATE
    if not _FIRST_YEAR <= day.year < _FIRST_YEAR + 100:
        raise ValueError(f"{day} cannot be written with a year of two digits")
    return f"{day:%d%m%y}"


@lru_cache(maxsize=4096)
def _date(text: str) -> date:
    year = _FIRST_YEAR + (int(text[4:]) - _FIRST_YEAR) % 100
    return date(year, int(text[2:4]), int(text[:2]))


def _written(field: Field, value: object) -> str:
    text = str(value)
    if field.kind is Kind.TEXT:
        text = text.ljust(field.width)
    elif field.kind is Kind.KID:
        text = text.rjust(field.width)
    else:
        text = text.zfill(field.width)
    if not field.accepts(text):
        raise ValueError(f"{value!r} does not fit field {field.name} of {field.width} positions")
    return text


START_TRANSMISSION: Final = Layout(
    "10",
    (Field("transmitter", 9, 16), Field("transmission_number", 17, 23), Field("recipient", 24, 31)),
)
START_ASSIGNMENT: Final = Layout(
    "20",
    (Field("agreement", 9, 17), Field("assignment_number", 18, 24), Field("account", 25, 35)),
)
AMOUNT_ITEM_1: Final = Layout(
    "30",
    (
        Field("transaction_number", 9, 15),
        Field("settlement_date", 16, 21),
        Field("centre", 22, 23),
        Field("day_code", 24, 25),
        Field("partial_settlement", 26, 26),
        Field("serial", 27, 31),
        Field("sign", 32, 32, Kind.SIGN),
        Field("amount", 33, 49),
        Field("kid", 50, 74, Kind.KID),
        Field("card_issuer", 75, 76, Kind.TEXT),
    ),
)
AMOUNT_ITEM_2: Final = Layout(
    "31",
    (
        Field("transaction_number", 9, 15),
        Field("form_number", 16, 25),
        Field("archive_reference", 26, 34),
        Field("bank_date", 42, 47),
        Field("debit_account", 48, 58),
    ),
)
AMOUNT_ITEM_3: Final = Layout("32", (Field("transaction_number", 9, 15), Field("text", 16, 55, Kind.TEXT)))
END_ASSIGNMENT: Final = Layout(
    "88",
    (
        Field("transactions", 9, 16),
        Field("records", 17, 24),
        Field("total", 25, 41),
        Field("created", 42, 47),
        Field("first_settlement_date", 48, 53),
        Field("last_settlement_date", 54, 59),
    ),
)
END_TRANSMISSION: Final = Layout(
    "89",
    (Field("transactions", 9, 16), Field("records", 17, 24), Field("total", 25, 41), Field("created", 42, 47)),
)
# The fields that the end records of all services have in common.
END_OTHER_SERVICE: Final = Layout(
    "88",
    (Field("transactions", 9, 16), Field("records", 17, 24), Field("total", 25, 41)),
)
