"""An assignment while it is being read, from its start record to its end record.

The sums of a damaged assignment are not compared with its end record: they would only repeat that it is damaged.
"""

from services.payments.domain.ocr_giro.items import Items, add_item, close_items, open_items
from services.payments.domain.ocr_giro.layouts import (
    END_ASSIGNMENT,
    END_OTHER_SERVICE,
    NO_DATE,
    START_ASSIGNMENT,
    read_day,
    write_date,
)
from services.payments.domain.ocr_giro.model import Assignment, Payment, SkippedAssignment
from services.payments.domain.ocr_giro.problems import Problems


class OpenAssignment:
    """An assignment of OCR giro; `closed` is its value once the end record has been read."""

    service = "09"

    def __init__(self, line_number: int, line: str, problems: Problems) -> None:
        self.closed: Assignment | None = None
        self._problems = problems
        self._line_number = line_number
        self._start = START_ASSIGNMENT.read(line, line_number, problems)
        self.damaged = self._start is None
        self._items: Items | None = None
        self._payments: list[Payment] = []

    def damage(self) -> None:
        """A record could not be read, and the payment that it belongs to is lost."""
        self.damaged = True
        self._items = None

    def take(self, line_number: int, line: str) -> bool:
        """Takes one record; True if it is the end record."""
        record_type = line[6:8]
        if record_type == "30":
            self._open_payment(line_number, line)
        elif record_type in ("31", "32"):
            self._add_item(line_number, line)
        elif record_type == "88":
            self._close_payment()
            self._close(line_number, line)
        else:
            self._problems.add("unknown-record", line_number, "record_type", actual=repr(line[:8]))
            self.damage()
        return record_type == "88"

    def _open_payment(self, line_number: int, line: str) -> None:
        self._close_payment()
        self._items = open_items(line, line_number, self._problems)
        self.damaged = self.damaged or self._items is None

    def _add_item(self, line_number: int, line: str) -> None:
        if self._items is not None and self._items.may_be_followed_by(line):
            if not add_item(self._items, line, line_number, self._problems):
                self.damage()
        elif self._items is not None or not self.damaged:
            record = f"record {line[6:8]}"
            self._problems.add("unexpected-record", line_number, record=record, expected="record 30 / record 88")
            self.damage()

    def _close_payment(self) -> None:
        if self._items is None:
            return
        payment = close_items(self._items, self._problems)
        self._items = None
        if payment is None:
            self.damage()
        else:
            self._payments.append(payment)

    def _close(self, line_number: int, line: str) -> None:
        fields = END_ASSIGNMENT.read(line, line_number, self._problems)
        created = read_day(fields[3], line_number, "created", self._problems) if fields else None
        if fields is None or created is None or self._start is None:
            self.damage()
            return
        agreement, number, account = self._start
        payments = tuple(self._payments)
        self.closed = Assignment(agreement, number, account, created, payments, self._line_number)
        self._problems.compare("record-count", line_number, fields[1], line_number - self._line_number + 1)
        if not self.damaged:
            self._problems.compare("transaction-count", line_number, fields[0], len(self._payments))
            self._problems.compare("control-sum", line_number, fields[2], self.closed.total_ore)
            self._compare_dates(line_number, fields[4], fields[5])

    def _compare_dates(self, line_number: int, first: str, last: str) -> None:
        days = [payment.settlement_date for payment in self._payments]
        for field, stated, pick in (("first_settlement_date", first, min), ("last_settlement_date", last, max)):
            counted = write_date(pick(days)) if days else NO_DATE
            if stated != counted:
                self._problems.add("settlement-dates", line_number, field, stated=stated, counted=counted)


class OpenOtherService:
    """An assignment of another service, kept as it is: its records are counted, its sum is that of its end record."""

    def __init__(self, line_number: int, line: str, problems: Problems) -> None:
        self.service = line[2:4]
        self.closed: SkippedAssignment | None = None
        self.damaged = False
        self._problems = problems
        self._line_number = line_number
        self._records = [line]

    def damage(self) -> None:
        """A record could not be read."""
        self.damaged = True

    def take(self, line_number: int, line: str) -> bool:
        """Takes one record; True if it is the end record."""
        self._records.append(line)
        if line[6:8] != "88":
            return False
        self._close(line_number, line)
        return True

    def _close(self, line_number: int, line: str) -> None:
        fields = END_OTHER_SERVICE.read(line, line_number, self._problems)
        if fields is None:
            self.damage()
            return
        self._problems.compare("record-count", line_number, fields[1], line_number - self._line_number + 1)
        self.closed = SkippedAssignment(
            service=self.service,
            assignment_type=self._records[0][4:6],
            records=tuple(self._records),
            transaction_count=int(fields[0]),
            total_ore=int(fields[2]),
            line_number=self._line_number,
        )
