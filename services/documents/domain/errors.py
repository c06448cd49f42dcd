"""What documents may refuse. The words and statuses are in `services/documents/errors.py`."""

from shared.problems import DomainError


class DocumentNotFound(DomainError):
    """No such document of this client, or of another kind."""


class UnknownDocument(DomainError):
    """A fact tells of a document that this service never confirmed."""


class ClientNotKnown(DomainError):
    """The client's own fact has not reached this service yet."""

    retryable = True


class CustomerNotKnown(DomainError):
    """The customer's fact has not reached this service yet, or there is no such customer."""

    retryable = True


class ClientInactive(DomainError): ...


class CustomerInactive(DomainError): ...


class UnknownMvaCode(DomainError): ...


class NoMvaRate(DomainError):
    """The code has no rate on the document's date."""


class LineOutOfBounds(DomainError):
    """A line of more than any real invoice asks for; stops sums from leaving BIGINT further down the road."""


class DiscountOutOfBounds(DomainError): ...


class LegalContentMissing(DomainError):
    """The law asks for something that the document has not; `rule` names the paragraph, `field` the requirement."""


class NothingToPay(DomainError):
    """An invoice must ask for money; what gives money back is a credit note."""


class ExternalIdTaken(DomainError): ...


class AlreadyConfirmed(DomainError):
    """A numbered document is never changed or deleted; a credit note corrects it."""


class NotConfirmed(DomainError): ...


class VersionStale(DomainError):
    """Somebody changed the document since the caller read it."""


class AlreadyCredited(DomainError): ...


class OrderNotConfirmed(DomainError): ...


class OrderAlreadyInvoiced(DomainError): ...


class KidDoesNotFit(DomainError):
    """The KID agreement with the bank has no room for this customer and number."""


class KidTaken(DomainError):
    """Two documents would share a KID on one account, and a payment could not tell them apart."""


class SeriesBusy(DomainError):
    """Another run holds the number series; nothing was taken."""

    retryable = True
