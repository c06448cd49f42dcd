"""A bank file on its way in: whose money it tells of, and the payments as they will be booked."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.payments.domain.claim import Receipt
from services.payments.domain.ocr_giro import Assignment, OcrFile, OcrProblem, Payment, read
from shared.ids import new_id
from shared.kid import KidAgreement

OLDEST: Final = timedelta(days=400)
FURTHEST_AHEAD: Final = timedelta(days=10)
"""Settlement dates outside the window around today are a mistake of somebody's: a person looks before it is booked."""

MAX_PROBLEMS: Final = 100

NO_ASSIGNMENT: Final = OcrProblem(
    None,
    None,
    "no-assignment",
    "The file has no OCR giro assignment, so nobody knows whose it is; name the client in `Faktura-Client`.",
    "Filen har ingen OCR giro-oppdrag, så ingen vet hvem den gjelder; navngi klienten i «Faktura-Client».",
)

LineKey = tuple[UUID, str, str]
"""Client, account and the bank's identity of the payment: unique for ever, in whatever file it is told of."""


class LinesRefused(ValueError):
    """The records can be read, but what they say cannot be booked; `problems` by line and field."""

    def __init__(self, problems: Iterable[OcrProblem]) -> None:
        self.problems = tuple(problems)[:MAX_PROBLEMS]
        super().__init__(f"{self.problems[0].message} ({len(self.problems)} problems)")


@dataclass(frozen=True)
class ReadFile:
    """A file that has been read, with the SHA-256 of its bytes and of its records whatever the line ends."""

    ocr: OcrFile
    sha256: str
    content_sha256: str

    @property
    def transmission(self) -> str:
        """The bank's own key of the file: the same transmission never comes with another content."""
        return self.ocr.logical_key

    @property
    def accounts(self) -> frozenset[str]:
        return frozenset(assignment.account for assignment in self.ocr.assignments)


@dataclass(frozen=True)
class AccountOwner:
    """The client whose account it is, and what the bank checks its KIDs against."""

    client_id: UUID
    agreement: KidAgreement


@dataclass(frozen=True, slots=True)
class Incoming:
    """A payment of the file, as a receipt of its client."""

    receipt: Receipt
    line: Payment

    @property
    def key(self) -> LineKey:
        return self.receipt.client_id, self.receipt.account, self.line.identity


def read_file(data: bytes, today: date) -> ReadFile:
    """Reads a whole OCR giro file. Raises OcrGiroError, or LinesRefused for settlement dates out of the window."""
    ocr = read(data)
    strange = [_strange_date(payment) for _, payment in ocr.payments() if not _in_window(payment, today)]
    if strange:
        raise LinesRefused(strange)
    return ReadFile(ocr, hashlib.sha256(data).hexdigest(), content_sha256(data))


def content_sha256(data: bytes) -> str:
    """The same for the same records: a file that is fetched twice may come with other line ends."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n").rstrip(b"\r\n \t\x1a")).hexdigest()


def incoming(file: ReadFile, owners: Mapping[str, AccountOwner]) -> tuple[Incoming, ...]:
    """The file's payments in its order. Raises LinesRefused naming every account that no (or no one) client has."""
    unknown = [_unknown_account(one) for one in file.ocr.assignments if one.account not in owners]
    if unknown:
        raise LinesRefused(unknown)
    return tuple(_incoming(file, owners))


def _incoming(file: ReadFile, owners: Mapping[str, AccountOwner]) -> Iterator[Incoming]:
    for assignment, payment in file.ocr.payments():
        owner = owners[assignment.account].client_id
        receipt = Receipt(new_id(), owner, assignment.account, payment.kid, payment.amount_ore, payment.settlement_date)
        yield Incoming(receipt, payment)


def _in_window(payment: Payment, today: date) -> bool:
    return today - OLDEST <= payment.settlement_date <= today + FURTHEST_AHEAD


def _strange_date(payment: Payment) -> OcrProblem:
    day = payment.settlement_date
    return OcrProblem(
        payment.line_number,
        "settlement_date",
        "settlement-date-out-of-window",
        f"Settlement date {day} is more than {OLDEST.days} days ago or more than {FURTHEST_AHEAD.days} days ahead.",
        f"Oppgjørsdatoen {day} er mer enn {OLDEST.days} dager siden eller mer enn {FURTHEST_AHEAD.days} dager fram.",
    )


def _unknown_account(assignment: Assignment) -> OcrProblem:
    return OcrProblem(
        assignment.line_number,
        "account",
        "account-not-yours",
        f"Account {assignment.account} is not an account of the client; nothing was imported.",
        f"Konto {assignment.account} tilhører ikke klienten; ingenting er importert.",
    )
