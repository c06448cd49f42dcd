"""What documents may refuse. Texts and statuses are in `services/documents/errors.py`."""

from shared.problems import DomainError, NotYetKnown


class DocumentNotFound(DomainError):
    """No such document of this client, or it is of another kind, or not confirmed."""


class OrderNotFound(DomainError):
    """No such order of this client."""


class CustomerNotFound(DomainError):
    """No such customer of this client."""


class ClientNotYetKnown(NotYetKnown):
    """No event about the client has reached this service yet."""


class CustomerNotYetKnown(NotYetKnown):
    """The customer is registered, but no event about it has reached this service yet."""


class ClientInactive(DomainError): ...


class CustomerInactive(DomainError): ...


class UnknownMvaCode(DomainError): ...


class NoMvaRate(DomainError):
    """The code has no known rate on the day of delivery."""


class MvaRateChanges(DomainError):
    """The rate of a code changes within the period of delivery; the seller must divide the line."""


class CodesMixed(DomainError):
    """A code outside the MVA act shares a document with others."""


class LineOutOfBounds(DomainError):
    """A larger amount than any real line; keeps every sum, also those of other services, inside BIGINT."""


class DiscountOutOfBounds(DomainError): ...


class LegalContentMissing(DomainError):
    """The law requires something that the document lacks; `rule` names the paragraph, `field` the requirement."""


class TotalNegative(DomainError):
    """An invoice asks for money or for nothing; a credit note gives money back."""


class CharactersMissing(DomainError):
    """The pinned fonts lack characters of a text; the document could not be rendered."""


class AddressTooLong(DomainError):
    """The buyer may get letters, and its name and address do not fit in the window of the envelope."""


class LogoMissing(DomainError):
    """The client's logo is no longer in the store; no document could be rendered with it."""


class LogoDamaged(DomainError):
    """The stored bytes of the client's logo are no longer those that were uploaded."""


class ExternalIdTaken(DomainError): ...


class AlreadyConfirmed(DomainError):
    """What is confirmed is never changed or deleted."""


class NotConfirmed(DomainError):
    """Only a confirmed invoice can be credited."""


class StaleVersion(DomainError):
    """Somebody changed the draft after the caller read it."""


class AlreadyCredited(DomainError):
    """The credit notes of the invoice leave nothing to credit."""


class OrderNotConfirmed(DomainError): ...


class OrderAlreadyInvoiced(DomainError):
    """The invoices of the order leave nothing to invoice."""


class KidDoesNotFit(DomainError):
    """The KID agreement with the bank has no room for this customer and number."""


class KidTaken(DomainError):
    """Two invoices would share a KID on one account, and a payment could not tell them apart."""


class SeriesLocked(DomainError):
    """The first number of the series has been set or used, and stays."""


class FirstInvoiceNumberIsTheClients(DomainError):
    """The first invoice number must fit the KID agreement; it is set with the client."""


class SeriesBusy(DomainError):
    """Another transaction holds the number series; nothing was taken."""

    retryable = True
