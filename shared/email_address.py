"""The parts of an e-mail address that are safe in an SMTP command and on the mail server behind it."""

import re
from typing import Final

MAX_LENGTH: Final = 254
_LOCAL_PART_MAX: Final = 64
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+&'=~-]*(?:\.[A-Za-z0-9_+&'=~-]+)*")


def is_safe_local_part(text: str) -> bool:
    """Whether this may stand before the @: a dot-atom (RFC 5321 §4.1.2) that no mail program takes for anything else.

    A leading `-` is an option to a mail program, `|` and `/` name a program and a file, `!` and `%` a route.
    """
    return len(text) <= _LOCAL_PART_MAX and _LOCAL_PART.fullmatch(text) is not None


def ascii_domain(domain: str) -> str | None:
    """The domain as it goes on the wire (IDNA, `xn--…`); None when it has no such form."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
