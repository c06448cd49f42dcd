"""Everything that the ledger refuses; the code and text of each are in `services/ledger/errors.py`."""

from shared.problems import DomainError


class NoSalesAccount(DomainError):
    """No account takes sales under this MVA code on this day."""


class NoClearingAccount(DomainError):
    """No account takes unmatched money that was paid on this day."""


class TotalsDisagree(DomainError):
    """A document's amounts do not add up. The ledger checks them; it never calculates MVA itself."""


class AmountTooLarge(DomainError):
    """An amount that the books cannot hold, or could not reverse."""


class EntryNotFound(DomainError):
    """The client has no such entry; another client may."""


class CustomerAccountNotFound(DomainError):
    """Nothing was ever posted on this customer for the client; something may be for another client."""


class PeriodReversed(DomainError):
    """The period ends before it begins."""


class TooManyEntries(DomainError):
    """More entries than are written out as one text."""
