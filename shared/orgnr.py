"""Numbers from Norwegian registers: organisation number, bank account, postal code. Validation and formatting.

Check digits are checked by python-stdnum; numbers that it accepts but no bank or register issues are refused here.
"""

import re

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.no import kontonr as stdnum_account
from stdnum.no import orgnr as stdnum_orgnr

_SEPARATORS = re.compile(r"[ .\u00a0\u202f]")
_BIC_NO = re.compile(r"[A-Z]{4}NO[A-Z0-9]{2}([A-Z0-9]{3})?")
_POSTAL_CODE_NO = re.compile(r"[0-9]{4}")
_POSTAL_CODE_ABROAD = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]{0,11}")


class NumberError(ValueError):
    """The number cannot exist. `code` is stable, for problem answers."""

    code = "number-invalid"


class OrgnrError(NumberError):
    """Not a Norwegian organisation number."""

    code = "orgnr-invalid"


class BankAccountError(NumberError):
    """Not a Norwegian bank account of eleven digits."""

    code = "bank-account-invalid"


class BicError(NumberError):
    """Not the BIC of a bank in Norway."""

    code = "bic-invalid"


class PostalCodeError(NumberError):
    """Not a postal code of its country."""

    code = "postal-code-invalid"


def orgnr(text: str) -> str:
    """The nine digits of an organisation number, without spaces. Raises OrgnrError.

    Any first digit is accepted: synthetic test companies start with 2 or 3, real ones with 8 or 9.
    """
    digits = _SEPARATORS.sub("", text)
    try:
        return stdnum_orgnr.validate(digits)
    except InvalidChecksum:
        raise OrgnrError(f"{text!r} has a wrong check digit for an organisation number") from None
    except ValidationError:
        raise OrgnrError(f"{text!r} is not an organisation number: nine digits are expected") from None


def format_orgnr(number: str) -> str:
    """`974 760 673`, with ordinary spaces."""
    digits = orgnr(number)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def format_mva_number(number: str) -> str:
    """`974 760 673 MVA`, as printed by a seller in the VAT register (bokføringsforskriften § 5-1-2)."""
    return f"{format_orgnr(number)} MVA"


def ehf_mva_number(number: str) -> str:
    """`NO974760673MVA`, a seller's VAT identifier in EHF (rule NO-R-001)."""
    return f"NO{orgnr(number)}MVA"


def bank_account(text: str) -> str:
    """The eleven digits of a bank account, without dots and spaces. Raises BankAccountError.

    Seven-digit postgiro accounts are closed, and no bank has the register number 0000; python-stdnum accepts both.
    """
    digits = _SEPARATORS.sub("", text)
    if not (len(digits) == 11 and digits.isascii() and digits.isdigit()) or digits.startswith("0000"):
        raise BankAccountError(f"{text!r} is not a bank account: eleven digits are expected")
    if not stdnum_account.is_valid(digits):
        raise BankAccountError(f"{text!r} has a wrong check digit for a bank account")
    return digits


def format_bank_account(number: str) -> str:
    """`8601.11.17947`."""
    digits = bank_account(number)
    return f"{digits[:4]}.{digits[4:6]}.{digits[6:]}"


def iban(number: str) -> str:
    """The account as IBAN without spaces: `NO9386011117947`."""
    return stdnum_account.to_iban(bank_account(number)).replace(" ", "")


def norwegian_bic(text: str) -> str:
    """The BIC (ISO 9362) of a bank in Norway, in capitals without spaces: `DNBANOKK`. Raises BicError.

    Whether any bank has it is not checked.
    """
    code = _SEPARATORS.sub("", text).upper()
    if not _BIC_NO.fullmatch(code):
        raise BicError(f"{text!r} is not the BIC of a bank in Norway: eight or eleven characters with NO in the middle")
    return code


def postal_code(text: str, country: str = "NO") -> str:
    """A postal code, trimmed: four digits in Norway (with leading zeros), letters, digits and spaces elsewhere.

    `country` is ISO 3166-1 alpha-2. Raises PostalCodeError. Whether the code is in use is not checked.
    """
    code = text.strip()
    pattern = _POSTAL_CODE_NO if country == "NO" else _POSTAL_CODE_ABROAD
    if not pattern.fullmatch(code):
        expected = "four digits are expected" if country == "NO" else "letters, digits, spaces and hyphens are expected"
        raise PostalCodeError(f"{text!r} is not a postal code in {country}: {expected}")
    return code
