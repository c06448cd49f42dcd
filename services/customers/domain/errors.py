"""What the customers service refuses. The words for each stand in `services/customers/errors.py`."""

from shared.problems import DomainError


class UnknownClient(DomainError):
    """`client_id`"""


class UnknownCustomer(DomainError):
    """`customer_id`; also when it is another client's."""


class UnknownKey(DomainError):
    """`key_id`; also when it is another client's."""


class ClientInactive(DomainError):
    """`client_id`"""


class StaleVersion(DomainError):
    """`current`: the version that stands."""


class FixedField(DomainError):
    """`field` was settled at registration."""


class OrgnrTaken(DomainError):
    """`orgnr`, and the `client_id` that has it."""


class ClientExternalIdTaken(DomainError):
    """`external_id`, and the `client_id` that has it."""


class CustomerExternalIdTaken(DomainError):
    """`external_id`, and the `customer_id` that has it."""


class CustomerNumberTaken(DomainError):
    """`customer_number`"""


class CustomerNumberTooLong(DomainError):
    """`customer_number` needs more than the `digits` that the KID agreement leaves it."""


class FirstNumberTooLong(DomainError):
    """`first_invoice_number` needs more than the `digits` that the KID agreement leaves it."""


class KidAgreementInvalid(DomainError):
    """`reason`"""


class TextMissing(DomainError):
    """Nothing is left when invisible characters are taken away."""


class TextTooLong(DomainError):
    """`max_length` in characters."""


class TextForbidden(DomainError):
    """Control characters, plain or hidden in an encoded word."""


class TooManyLines(DomainError):
    """`max_lines`"""


class EmailInvalid(DomainError):
    """Not an address that mail can be sent to."""


class PhoneInvalid(DomainError):
    """Not a telephone number."""


class WebsiteInvalid(DomainError):
    """Not a web address."""


class OrgnrInvalid(DomainError):
    """Not an organisation number."""


class BankAccountInvalid(DomainError):
    """Not a Norwegian bank account."""


class CountryUnknown(DomainError):
    """`country` is not an ISO 3166-1 code."""


class PostalCodeInvalid(DomainError):
    """Not a postal code of `country`."""


class OrgnrOfPerson(DomainError):
    """A private person has no organisation number."""


class ChannelsMissing(DomainError):
    """The delivery agreement names no channel."""


class ChannelTwice(DomainError):
    """`channel` is named more than once."""


class EmailChannelNeedsAddress(DomainError):
    """Delivery by e-mail is agreed, and there is no address."""


class TermsOutside(DomainError):
    """`max_days`"""


class ScopesMissing(DomainError):
    """A key without scopes opens nothing."""


class ScopeUnknown(DomainError):
    """`scope`, and those `known`."""


class SecretTooWeak(DomainError):
    """`min_length`: a given secret must be long enough to be stored under a plain hash."""


class SecretSpent(DomainError):
    """The given secret belongs to a key that has been revoked, or that is of another kind."""


class KeyInUse(DomainError):
    """The call was made with the key that it would revoke."""


class LogoTooLarge(DomainError):
    """`max_kib`"""


class LogoTooManyPixels(DomainError):
    """`max_side` in pixels."""


class LogoIsSvg(DomainError):
    """SVG may hold scripts and references to the outside."""


class LogoNotAnImage(DomainError):
    """Neither PNG nor JPEG, or damaged."""


class LogoColours(DomainError):
    """Colours for print (CMYK) have no place in PDF/A without a profile of their own."""
