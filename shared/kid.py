"""KID (kundeidentifikasjon): the payment reference that identifies the invoice being paid.

Source: Nets/BBS, System specification OCR giro, field 13 of amount item 1 and chapter 5 (check digits): at most 25
positions including the check digit; digits only, except that a MOD11 check digit of ten is written `-`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum import luhn

SHORTEST_GENERATED: Final = 4
SHORTEST_ACCEPTED: Final = 2
LONGEST: Final = 25
# By default eight positions are the customer's, or half of them when the KID is shorter.
_MOST_CUSTOMER_DIGITS: Final = 8


class KidAlgorithm(StrEnum):
    """How the check digit is calculated; registered by the bank together with the length."""

    MOD10 = "MOD10"
    MOD11 = "MOD11"


class KidError(ValueError):
    """The KID or the agreement is not valid. `code` is stable, for problem answers."""

    code = "kid-invalid"


class KidAgreementError(KidError):
    """Not a length or division that a bank registers."""

    code = "kid-agreement-invalid"


class KidTooLongError(KidError):
    """The customer or document number needs more digits than its share of the agreed length."""

    code = "kid-does-not-fit"


@dataclass(frozen=True, slots=True)
class KidAgreement:
    """What the payee's bank has registered for the account: algorithm and length (4..25, check digit included).

    `customer_digits` is the customer number's share of the length; 0 means the default share. The division is fixed
    because AvtaleGiro and eFaktura find the customer at fixed positions of the KID.
    """

    algorithm: KidAlgorithm
    length: int
    customer_digits: int = 0

    def __post_init__(self) -> None:
        if self.algorithm not in tuple(KidAlgorithm):
            raise KidAgreementError(f"{self.algorithm!r} is not a KID algorithm; known: MOD10, MOD11")
        object.__setattr__(self, "algorithm", KidAlgorithm(self.algorithm))
        if not SHORTEST_GENERATED <= self.length <= LONGEST:
            raise KidAgreementError(f"a KID has {SHORTEST_GENERATED} to {LONGEST} positions, not {self.length}")
        if self.customer_digits == 0:
            object.__setattr__(self, "customer_digits", min(_MOST_CUSTOMER_DIGITS, self._payload_digits // 2))
        if not 1 <= self.customer_digits < self._payload_digits:
            raise KidAgreementError(f"{self.customer_digits} customer digits do not fit in {self.length} positions")

    @property
    def document_digits(self) -> int:
        """The document number's share of the length."""
        return self._payload_digits - self.customer_digits

    @property
    def _payload_digits(self) -> int:
        # MOD11 needs one more position, for the variant digit (see _without_minus).
        return self.length - (1 if self.algorithm is KidAlgorithm.MOD10 else 2)


def check_digit(digits: str, algorithm: KidAlgorithm) -> str:
    """The check digit for these digits; with MOD11 it may be `-`. Raises KidError on anything but digits."""
    if not _all_digits(digits):
        raise KidError(f"{digits!r} is not a number of digits")
    if algorithm is KidAlgorithm.MOD10:
        return luhn.calc_check_digit(digits)
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(digits)))
    return {11: "0", 10: "-"}.get(11 - total % 11, str(11 - total % 11))


def make_kid(agreement: KidAgreement, customer_number: int, document_number: int) -> str:
    """Customer number, document number and check digit, zero-filled to the agreed length; digits only.

    Under one agreement, different pairs of numbers give different KIDs. Both numbers count from 1.
    Raises KidTooLongError.
    """
    payload = _share(customer_number, agreement.customer_digits, "customer number")
    payload += _share(document_number, agreement.document_digits, "document number")
    if agreement.algorithm is KidAlgorithm.MOD10:
        return payload + check_digit(payload, agreement.algorithm)
    return _without_minus(payload)


def is_valid_kid(kid: str, agreement: KidAgreement | None = None) -> bool:
    """Whether check digit and length are right by the agreement; without one, whether either algorithm fits."""
    if agreement is not None:
        return len(kid) == agreement.length and _checks(kid, agreement.algorithm)
    return SHORTEST_ACCEPTED <= len(kid) <= LONGEST and any(_checks(kid, algorithm) for algorithm in KidAlgorithm)


def _share(number: int, width: int, what: str) -> str:
    if number < 1:
        raise KidError(f"the {what} counts from 1, not {number}")
    text = str(number).zfill(width)
    if len(text) > width:
        raise KidTooLongError(f"the {what} {number} needs {len(text)} digits; the KID agreement leaves it {width}")
    return text


def _without_minus(payload: str) -> str:
    """The payload with a variant digit chosen so that the MOD11 check digit is not `-`, which many payers cannot type.

    The variant has weight 2, so at most one of its values leads to `-`: 0 will do, or else 1.
    """
    for variant in "01":
        check = check_digit(payload + variant, KidAlgorithm.MOD11)
        if check != "-":
            return payload + variant + check
    raise AssertionError(f"both variants of {payload} gave a minus")


def _checks(kid: str, algorithm: KidAlgorithm) -> bool:
    return len(kid) >= SHORTEST_ACCEPTED and _all_digits(kid[:-1]) and kid[-1] == check_digit(kid[:-1], algorithm)


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
