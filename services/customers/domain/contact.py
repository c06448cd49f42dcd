"""E-mail addresses, telephone numbers and web addresses."""

import re
from typing import Final

from services.customers.domain.errors import EmailInvalid, PhoneInvalid, TextForbidden, WebsiteInvalid
from services.customers.domain.text import optional_line
from shared.email_address import MAX_LENGTH, ascii_domain, is_safe_local_part
from shared.text_nb import TextError, refuse_control_characters

PHONE_MAX: Final = 30
WEBSITE_MAX: Final = 200

_DOMAIN = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,}")
_WEBSITE = re.compile(r"(https?://)?([\w-]+\.)+\w{2,}(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)


def email(text: str | None, pointer: str) -> str | None:
    """An address in plain ASCII (RFC 5321, dot-string form); a domain with æøå is given in its registered `xn--` form.

    None when the text is blank. Raises EmailInvalid, or TextForbidden for control characters, plain or hidden.
    """
    if text is None or not text.strip():
        return None
    local, at, domain = _without_controls(text.strip(), pointer).rpartition("@")
    registered = ascii_domain(domain) or ""
    address = f"{local}@{registered}"
    fits = at and len(address) <= MAX_LENGTH
    if not (fits and is_safe_local_part(local) and _DOMAIN.fullmatch(registered)):
        raise EmailInvalid(pointer=pointer)
    return address


def phone(text: str | None, pointer: str) -> str | None:
    """A telephone number as it is to be printed. Raises PhoneInvalid."""
    number = optional_line(text, pointer, PHONE_MAX)
    if number is not None and not _PHONE.fullmatch(number):
        raise PhoneInvalid(pointer=pointer)
    return number


def website(text: str | None, pointer: str) -> str | None:
    """A web address as it is to be printed, with or without `https://`. Raises WebsiteInvalid."""
    address = optional_line(text, pointer, WEBSITE_MAX)
    if address is not None and not _WEBSITE.fullmatch(address):
        raise WebsiteInvalid(pointer=pointer)
    return address


def _without_controls(text: str, pointer: str) -> str:
    try:
        return refuse_control_characters(text)
    except TextError:
        raise TextForbidden(pointer=pointer) from None
