"""The errors of this service; `errors.py` says what each becomes over HTTP and on the bus."""

from shared.problems import DomainError


class DeliveryNotFound(DomainError):
    """No such delivery for this client."""


class NotUncertain(DomainError):
    """A person can only resolve a delivery that is uncertain. Fields: state."""


class PrintJobNotFound(DomainError):
    """No such print job."""


class KeyWithoutShop(DomainError):
    """There are several print shops, and the key belongs to none of them."""


class StaleToken(DomainError):
    """The token belongs to a claim that is no longer in force. Fields: state, claim_no."""


class WrongHash(DomainError):
    """The printed file is not the job's file. Fields: expected."""


class WrongSheets(DomainError):
    """The number of sheets in the envelope is not the job's. Fields: expected, sheets."""


class PdfUnavailable(DomainError):
    """The object store does not give the file, or gives a damaged one."""

    retryable = True
