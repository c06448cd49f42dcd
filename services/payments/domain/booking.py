"""From a bank file to the receipts of clients: whose accounts it reports on, and whether its dates can be right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from services.payments.domain.bank_file import BankFile, BankPayment, FileProblem, ReportedAccount
from services.payments.domain.claim import Receipt
from services.payments.domain.errors import BankFileInvalid
from shared.ids import new_id
from shared.kid import KidAgreement

OLDEST: Final = timedelta(days=400)
FURTHEST_AHEAD: Final = timedelta(days=10)
"""A settlement date further ahead is a mistake; an older one may be, and a person must say that it is none."""

NO_ACCOUNT: Final = FileProblem(
    None,
    None,
    "no-account",
    "Filen gjelder ingen konto, så det er ukjent hvem den tilhører; navngi klienten i «Faktura-Client».",
    "The file reports on no account, so its owner is unknown; name the client in `Faktura-Client`.",
)


class PaymentKey(NamedTuple):
    """Unique for ever, whatever files report the payment."""

    client_id: UUID
    account: str
    identity: str


@dataclass(frozen=True)
class AccountOwner:
    """The client that an account belongs to, and the agreement that its KIDs are checked against."""

    client_id: UUID
    agreement: KidAgreement


@dataclass(frozen=True, slots=True)
class IncomingPayment:
    """A payment of the file with the receipt that it becomes for its client."""

    receipt: Receipt
    payment: BankPayment

    @property
    def key(self) -> PaymentKey:
        return PaymentKey(self.receipt.client_id, self.receipt.account, self.payment.identity)


def check_dates(file: BankFile, today: date, *, accept_old: bool) -> None:
    """Raises BankFileInvalid naming the payments that are too far ahead, or too old unless a person accepts that."""
    field = file.field_names.paid_on
    early = [payment for payment in file.payments if payment.paid_on > today + FURTHEST_AHEAD]
    if early:
        raise BankFileInvalid(_too_far_ahead(payment, field) for payment in early)
    old = [payment for payment in file.payments if payment.paid_on < today - OLDEST]
    if old and not accept_old:
        raise BankFileInvalid(_too_old(payment, field) for payment in old)


def incoming_payments(file: BankFile, owners: Mapping[str, AccountOwner]) -> tuple[IncomingPayment, ...]:
    """The payments in the order of the file. Raises BankFileInvalid naming the accounts without an owner."""
    unknown = [reported for reported in file.accounts if reported.account not in owners]
    if unknown:
        raise BankFileInvalid(_unknown_account(reported, file.field_names.account) for reported in unknown)
    return tuple(_incoming(file, owners))


def _incoming(file: BankFile, owners: Mapping[str, AccountOwner]) -> Iterator[IncomingPayment]:
    for payment in file.payments:
        client_id = owners[payment.account].client_id
        receipt = Receipt(new_id(), client_id, payment.account, payment.kid, payment.amount_ore, payment.paid_on)
        yield IncomingPayment(receipt, payment)


def _too_far_ahead(payment: BankPayment, field: str) -> FileProblem:
    day = payment.paid_on
    return FileProblem(
        payment.line_number,
        field,
        "settlement-date-ahead",
        f"Oppgjørsdatoen {day} er mer enn {FURTHEST_AHEAD.days} dager fram.",
        f"Settlement date {day} is more than {FURTHEST_AHEAD.days} days ahead.",
    )


def _too_old(payment: BankPayment, field: str) -> FileProblem:
    day = payment.paid_on
    return FileProblem(
        payment.line_number,
        field,
        "settlement-date-old",
        f"Oppgjørsdatoen {day} er mer enn {OLDEST.days} dager siden. Er filen riktig, send den igjen med "
        "«accept_old=true».",
        f"Settlement date {day} is more than {OLDEST.days} days ago. If the file is right, send it again with "
        "`accept_old=true`.",
    )


def _unknown_account(reported: ReportedAccount, field: str) -> FileProblem:
    return FileProblem(
        reported.line_number,
        field,
        "account-not-yours",
        f"Konto {reported.account} tilhører ikke klienten; ingenting er importert.",
        f"Account {reported.account} is not an account of the client; nothing was imported.",
    )
