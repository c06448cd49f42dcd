"""A bank file: the incoming payments that a bank reports in one transmission, whatever the format of the file.

Each format has a package of its own that translates into these values; `file_formats.py` lists them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from services.payments.domain.words import FileChannel
from shared.values import Value

MAX_PROBLEMS: Final = 100
"""How many problems of one file are reported; whoever sent it learns no more from a longer list."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong with a file: where it is, a stable code, and a sentence in Norwegian and English."""

    line_number: int | None
    """Counted from 1; None for the whole file."""
    field: str | None
    """As the format names it; None for the whole line."""
    code: str
    nb: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in en, or in nb for every other language."""
        return self.en if language == "en" else self.nb


@dataclass(frozen=True, slots=True)
class BankPayment:
    """One payment to an account, as the bank reports it."""

    account: str
    identity: str
    """The same in every file that reports this payment, and unique within the account."""
    amount_ore: int
    """What the payee gains; negative when money was taken back."""
    control_ore: int
    """The amount as the control sums of the file count it; some formats count money taken back as positive."""
    paid_on: date
    """Settlement date: when the account had the money."""
    line_number: int
    transaction_code: str
    """The kind of transaction, in the format's own code."""
    kid: str | None = None
    ordered_on: date | None = None
    debit_account: str | None = None
    bank_reference: str | None = None
    """By which the bank finds the payment in its archive."""
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedAccount:
    """An account that the file reports on, with or without payments."""

    account: str
    line_number: int


@dataclass(frozen=True, slots=True)
class FieldNames:
    """What the format calls the fields that an import may object to."""

    account: str
    paid_on: str


@dataclass(frozen=True)
class BankFile:
    """One transmission, with its accounts and payments in the order of the file."""

    format: str
    transmission: str
    """The bank's own key of the file; with the day of creation it never comes with different content."""
    created_on: date
    field_names: FieldNames
    accounts: tuple[ReportedAccount, ...]
    payments: tuple[BankPayment, ...]


@dataclass(frozen=True)
class FileDigests:
    """SHA-256 of a file's bytes, and of its content: a file fetched twice may come with different line ends."""

    sha256: str
    content_sha256: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        content = data.replace(b"\r\n", b"\n").rstrip(b"\r\n \t\x1a")
        return cls(hashlib.sha256(data).hexdigest(), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Coming:
    """By which channel a file came, and whether a person says that its old payments are right."""

    channel: FileChannel
    accept_old: bool = False


@dataclass(frozen=True)
class ReceivedFile:
    """A bank file that could be read, and how it came."""

    file: BankFile
    digests: FileDigests
    coming: Coming


class Rejection(Value):
    """Why a file was not imported, as it is stored with the file."""

    code: str
    nb: str
    en: str
    problems: tuple[FileProblem, ...] = ()

    def text(self, language: str) -> str:
        """The sentence in en, or in nb for every other language."""
        return self.en if language == "en" else self.nb
