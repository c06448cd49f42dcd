"""What the ledger refuses, each with its facts."""

from shared.problems import DomainError


class NoSalesAccount(DomainError):
    """No account takes sales under this MVA code on this day."""


class TotalsDisagree(DomainError):
    """A document's amounts do not add up. The ledger checks them; it never reckons MVA itself."""


class AmountTooLarge(DomainError):
    """An amount that the books cannot hold or could not reverse."""


class EntryUnknown(DomainError):
    """The client has no such entry."""


class CustomerAccountUnknown(DomainError):
    """Nothing has ever been posted on this customer for the client."""


class PeriodReversed(DomainError):
    """A period that ends before it begins."""


class TooManyEntries(DomainError):
    """More entries than are written out as one text."""
