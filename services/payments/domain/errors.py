"""What this service refuses to do."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from services.payments.domain.bank_file import MAX_PROBLEMS, FileProblem
from shared.problems import DomainError


class BankFileRejected(DomainError):
    """A bank file was not imported, nor any part of it; `problems` lists the lines at fault, if any."""

    problems: tuple[FileProblem, ...] = ()


class BankFileInvalid(BankFileRejected):
    """The file is damaged, or reports what cannot be booked. At most MAX_PROBLEMS are kept, in the order given."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        super().__init__()
        self.problems = tuple(islice(problems, MAX_PROBLEMS))
        first, more = self.problems[0], "+" if len(self.problems) == MAX_PROBLEMS else ""
        where = f"line {first.line_number}: " if first.line_number else ""
        self.args = (f"{where}{first.en} ({len(self.problems)}{more} problems)",)


class TransmissionChanged(BankFileRejected):
    """The transmission of this number and day was imported before with other content: a correction or a forgery, for
    a person to judge."""

    def __init__(self, transmission: str, bank_file_id: UUID) -> None:
        super().__init__(transmission=transmission, bank_file_id=bank_file_id)
        self.transmission = transmission
        self.bank_file_id = bank_file_id


class ClaimsBusy(DomainError):
    """Another transaction has held the same client's claims for too long."""

    retryable = True


class BankFileNotFound(DomainError):
    """The client has no such bank file."""


class PaymentNotFound(DomainError):
    """The client has no such payment."""


class MatchNotFound(DomainError):
    """The payment has no such match."""


class NothingUnmatched(DomainError):
    """Nothing of the payment lies in clearing: it is matched, refunded or reversed already."""


class MatchExceedsPayment(DomainError):
    """More than what lies in clearing of the payment, or the other way than its money went."""


class MatchExceedsClaim(DomainError):
    """More than what is left of the claim, or more taken back than was paid of it."""


class RefundDateImpossible(DomainError):
    """Money goes back between the day it came and today."""


class RefundExceedsPayment(DomainError):
    """More than what lies in clearing of the payment."""


class MatchAlreadyUndone(DomainError):
    """The match was undone before."""


class ClaimNotFound(DomainError):
    """The client has no claim for this document."""


class ClaimSettled(DomainError):
    """Nothing of the claim is left to pay, so there is nothing to dispute."""


class ClaimHeld(DomainError):
    """The claim is on hold already."""


class ClaimNotHeld(DomainError):
    """The claim is not on hold: it never was, or was released, or the hold has ended."""


class HoldEndsInPast(DomainError):
    """The last day of the hold is over."""
