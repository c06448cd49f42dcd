"""Everything that the customers service refuses; the code and text of each are in `services/customers/errors.py`.

A docstring in backquotes names the parameters of the text.
"""

from shared.problems import DomainError


class ClientNotFound(DomainError):
    """`client_id`"""


class CustomerNotFound(DomainError):
    """`customer_id`; also for another client's customer."""


class ApiKeyNotFound(DomainError):
    """`key_id`; also for another client's key."""


class ClientInactive(DomainError):
    """`client_id`"""


class StaleVersion(DomainError):
    """`current`: the version in force."""


class FixedField(DomainError):
    """`field` is fixed at registration."""


class OrgnrTaken(DomainError):
    """`orgnr`, and the `client_id` that has it."""


class BankAccountInUse(DomainError):
    """Another active client has the account. It does not tell which."""


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
    """Nothing is left when invisible characters are removed."""


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


class BicInvalid(DomainError):
    """Not the BIC of a bank in Norway."""


class CountryUnknown(DomainError):
    """`country` is not an ISO 3166-1 code."""


class PostalCodeInvalid(DomainError):
    """Not a postal code of `country`."""


class OrgnrOfPerson(DomainError):
    """A private person has no organisation number."""


class ChannelsMissing(DomainError):
    """The delivery agreement has no channel."""


class DuplicateChannel(DomainError):
    """`channel` is listed more than once."""


class EmailChannelNeedsAddress(DomainError):
    """Delivery by e-mail is agreed, but there is no e-mail address."""


class TermsOutOfRange(DomainError):
    """`max_days`"""


class ScopesMissing(DomainError):
    """A key without scopes gives access to nothing."""


class ScopeUnknown(DomainError):
    """`scope` is not among the `known`."""


class ExpiryPassed(DomainError):
    """The key would have expired before it was issued."""


class SecretTooWeak(DomainError):
    """`min_length`, `max_length`: a caller's own secret must be strong enough to be stored as a plain hash."""


class SecretAlreadyUsed(DomainError):
    """`key_id`: the secret belongs to a key that is revoked or of another kind."""


class KeyInUse(DomainError):
    """`key_id`: the call was made with the key that it would revoke."""


class LogoTooLarge(DomainError):
    """`max_kib`"""


class LogoTooManyPixels(DomainError):
    """`max_side` in pixels."""


class LogoIsSvg(DomainError):
    """SVG can contain scripts and external references."""


class LogoNotAnImage(DomainError):
    """Neither PNG nor JPEG, or damaged."""


class LogoColours(DomainError):
    """PDF/A accepts print colours (CMYK) only with a colour profile."""


class AccountChangedAlone(DomainError):
    """A second person approves a change of account, so nothing else may ride along. `fields`"""
