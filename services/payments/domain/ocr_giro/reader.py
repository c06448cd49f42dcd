"""Reads an OCR giro file: all of it or nothing, with every problem that can be found in one go."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from services.payments.domain.ocr_giro.layouts import END_TRANSMISSION, START_TRANSMISSION, read_day
from services.payments.domain.ocr_giro.lines import numbered_records
from services.payments.domain.ocr_giro.model import Assignment, OcrFile, Payment, SkippedAssignment
from services.payments.domain.ocr_giro.open_assignment import OpenAssignment, OpenOtherService
from services.payments.domain.ocr_giro.problems import Problems

MAX_BYTES: Final = 64 * 1024 * 1024
"""About 400 000 payments, four times the largest day of a large payee; more is another kind of file."""

_NO_NUMBER: Final = "0000000"
# (account, identity) -> line and assignment number where the file tells of it first
_FirstTold = dict[tuple[str, str], tuple[int, str]]


def read(data: bytes, max_bytes: int = MAX_BYTES) -> OcrFile:
    """The transmission in the bytes. Raises OcrGiroError listing the problems by line and field.

    Both line ends, blank lines at the end and a UTF-8 byte order mark are accepted. Assignments of other services are
    skipped but counted. Control sums are net of signs; card reversals (types 18 and 20) are added. Whether a KID is
    right is not judged: that takes the agreement of the account.
    """
    problems = Problems()
    reader = _Reader(problems)
    for line_number, line in numbered_records(data, max_bytes, problems):
        reader.take(line_number, line)
    return reader.finish()


class _Reader:
    """Where in the file the reading is, and what has been read."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._start: tuple[str, ...] | None = None
        self._created: date | None = None
        self._open: OpenAssignment | OpenOtherService | None = None
        self._assignments: list[Assignment] = []
        self._skipped: list[SkippedAssignment] = []
        self._ended = False
        self._damaged = False
        self._last_line = 0

    def take(self, line_number: int, line: str | None) -> None:
        """One record; None is a line that was no record, and has been noted."""
        self._last_line = line_number
        if line is None:
            self._damage()
        elif self._ended:
            self._problems.add("after-end", line_number)
        elif line_number == 1:
            self._begin(line)
        elif self._open is not None and line[2:4] == self._open.service and line[6:8] != "20":
            if self._open.take(line_number, line):
                self._close(self._open)
        else:
            self._between(line_number, line)

    def finish(self) -> OcrFile:
        """The file, or OcrGiroError."""
        if not self._ended:
            self._problems.add("missing-end", self._last_line, record="record 89")
        assignments = tuple(self._told_apart())
        self._problems.raise_if_any()
        if self._start is None or self._created is None:
            raise AssertionError("a file without start or date has problems, and was refused above")
        transmitter, number, recipient = self._start
        return OcrFile(transmitter, number, recipient, self._created, assignments, tuple(self._skipped))

    def _begin(self, line: str) -> None:
        if line[2:4] == "00" and line[6:8] == "10":
            self._start = START_TRANSMISSION.read(line, 1, self._problems)
            return
        self._unexpected(1, line, "record 10")
        if line[2:4] != "00":
            self._between(1, line)

    def _between(self, line_number: int, line: str) -> None:
        """A record that starts an assignment or ends the file: only these may stand between assignments."""
        service, record_type = line[2:4], line[6:8]
        starts = service != "00" and record_type == "20"
        ends = service == "00" and record_type == "89"
        if not starts and not ends:
            expected = f"record 88 ({self._open.service})" if self._open else "record 20 / record 89"
            self._unexpected(line_number, line, expected)
            return
        if self._open is not None:
            self._unexpected(line_number, line, f"record 88 ({self._open.service})")
            self._close(self._open)
        if ends:
            self._end(line_number, line)
        else:
            kind = OpenAssignment if service == "09" else OpenOtherService
            self._open = kind(line_number, line, self._problems)

    def _close(self, closing: OpenAssignment | OpenOtherService) -> None:
        self._open = None
        self._damaged = self._damaged or closing.damaged
        if isinstance(closing.closed, Assignment):
            self._assignments.append(closing.closed)
        elif closing.closed is not None:
            self._skipped.append(closing.closed)

    def _end(self, line_number: int, line: str) -> None:
        self._ended = True
        fields = END_TRANSMISSION.read(line, line_number, self._problems)
        if fields is None:
            return
        self._created = read_day(fields[3], line_number, "created", self._problems)
        self._problems.compare("record-count", line_number, fields[1], line_number)
        if not self._damaged:
            everything: list[Assignment | SkippedAssignment] = [*self._assignments, *self._skipped]
            transactions = sum(one.transaction_count for one in everything)
            self._problems.compare("transaction-count", line_number, fields[0], transactions)
            self._problems.compare("control-sum", line_number, fields[2], sum(one.total_ore for one in everything))

    def _unexpected(self, line_number: int, line: str, expected: str) -> None:
        found = f"record {line[6:8]}" if line[2:4] in ("00", "09") else f"record {line[6:8]} ({line[2:4]})"
        self._problems.add("unexpected-record", line_number, record=found, expected=expected)
        self._damage()

    def _damage(self) -> None:
        self._damaged = True
        if self._open is not None:
            self._open.damage()

    def _told_apart(self) -> Iterator[Assignment]:
        """The assignments, equal payments of different ones told apart by a tie-breaker, or noted as duplicates."""
        first_told: _FirstTold = {}
        for one in self._assignments:
            yield replace(one, payments=tuple(self._unique(one, payment, first_told) for payment in one.payments))

    def _unique(self, assignment: Assignment, payment: Payment, first_told: _FirstTold) -> Payment:
        here = (payment.line_number, assignment.number)
        other = first_told.setdefault((assignment.account, payment.identity), here)
        if other == here:
            return payment
        tied = replace(payment, tie_breaker=int(assignment.number))
        again = first_told.setdefault((assignment.account, tied.identity), here)
        if assignment.number in (other[1], _NO_NUMBER) or again != here:
            self._problems.add("duplicate-payment", payment.line_number, other=other[0])
        return tied
