"""E-mail addresses that are safe in an SMTP command: one mailbox, ASCII on the wire, no way to inject anything."""

import re
from typing import Final

from shared.email_address import MAX_LENGTH, ascii_domain, is_safe_local_part

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
    registered = ascii_domain(domain) or ""
    if not at or not is_safe_local_part(local) or not _DOMAIN.fullmatch(registered):
        raise AddressUnusable("the e-mail address is not one that mail can be sent to")
    address = f"{local}@{registered}"
    if len(address) > MAX_LENGTH:
        raise AddressUnusable(f"the e-mail address is longer than {MAX_LENGTH} characters")
    return address
