"""Parses an OCR giro file: all of it or nothing, with every problem that one pass can find."""

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
"""About 400 000 payments, four times the largest day of a large payee."""

_NO_NUMBER: Final = "0000000"
# (account, identity) -> line and assignment number of its first payment
_FirstPlaces = dict[tuple[str, str], tuple[int, str]]


def parse(data: bytes, max_bytes: int = MAX_BYTES) -> OcrFile:
    """The transmission in the bytes. Raises BankFileInvalid with every problem by line and field.

    Both line ends, blank lines at the end and a UTF-8 byte order mark are accepted. Assignments of other services are
    skipped but counted. Check digits of KIDs are not checked: that takes the account's agreement.
    """
    problems = Problems()
    reader = _Reader(problems)
    for line_number, line in numbered_records(data, max_bytes, problems):
        reader.take(line_number, line)
    return reader.finish()


class _Reader:
    """The state of one parsing: what has been read, and what is still open."""

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
        """Takes one record; None for a line that was not a record (noted)."""
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
        """The file. Raises BankFileInvalid."""
        if not self._ended:
            self._problems.add("missing-end", self._last_line, record="record 89")
        assignments = tuple(self._with_tie_breakers())
        self._problems.raise_if_any()
        if self._start is None or self._created is None:
            raise AssertionError("a file without start or date has problems, which were raised above")
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
        """Only a record that starts an assignment or ends the file may come between assignments."""
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
            opened = OpenAssignment if service == "09" else OpenOtherService
            self._open = opened(line_number, line, self._problems)

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
            all_assignments: list[Assignment | SkippedAssignment] = [*self._assignments, *self._skipped]
            transactions = sum(assignment.transaction_count for assignment in all_assignments)
            self._problems.compare("transaction-count", line_number, fields[0], transactions)
            total_ore = sum(assignment.total_ore for assignment in all_assignments)
            self._problems.compare("control-sum", line_number, fields[2], total_ore)

    def _unexpected(self, line_number: int, line: str, expected: str) -> None:
        record = f"record {line[6:8]}" if line[2:4] in ("00", "09") else f"record {line[6:8]} ({line[2:4]})"
        self._problems.add("unexpected-record", line_number, record=record, expected=expected)
        self._damage()

    def _damage(self) -> None:
        self._damaged = True
        if self._open is not None:
            self._open.damage()

    def _with_tie_breakers(self) -> Iterator[Assignment]:
        """Equal payments in different assignments get a tie-breaker; within one assignment they are duplicates."""
        first_places: _FirstPlaces = {}
        for assignment in self._assignments:
            unique = tuple(self._unique(assignment, payment, first_places) for payment in assignment.payments)
            yield replace(assignment, payments=unique)

    def _unique(self, assignment: Assignment, payment: Payment, first_places: _FirstPlaces) -> Payment:
        position = (payment.line_number, assignment.number)
        first = first_places.setdefault((assignment.account, payment.identity), position)
        if first == position:
            return payment
        tied = replace(payment, tie_breaker=int(assignment.number))
        first_tied = first_places.setdefault((assignment.account, tied.identity), position)
        if assignment.number in (first[1], _NO_NUMBER) or first_tied != position:
            self._problems.add("duplicate-payment", payment.line_number, other=first[0])
        return tied
