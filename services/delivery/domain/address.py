"""E-mail addresses that are safe in an SMTP command: one mailbox, ASCII on the wire, no way to inject anything."""

import re
from typing import Final

MAX_LENGTH: Final = 254
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN: Final = re.compile(
    r"(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


class AddressUnusable(ValueError):
    """Not a plain mailbox address that every mail server accepts."""


def usable_address(text: str) -> str:
    """The address as it goes on the wire: dot-atom local part (RFC 5321 §4.1.2), domain in its ASCII form (IDNA).

    Raises AddressUnusable. Quoted local parts are refused because commands can be smuggled in them, local parts
    outside ASCII because they need SMTPUTF8 at every hop.
    """
    local, at, domain = text.strip().rpartition("@")
    ascii_domain = _ascii_domain(domain)
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain) or len(local) > 64:
        raise AddressUnusable("the e-mail address is not one that mail can be sent to")
    address = f"{local}@{ascii_domain}"
    if len(address) > MAX_LENGTH:
        raise AddressUnusable(f"the e-mail address is longer than {MAX_LENGTH} characters")
    return address


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise AddressUnusable("the domain of the e-mail address does not exist in any form") from None
