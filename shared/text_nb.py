"""Norwegian text: sorting, dates, and cleaning of names and mail headers."""

import base64
import binascii
import quopri
import re
import unicodedata
from datetime import date
from typing import Final

from babel.dates import format_date as babel_format_date

# After z in ASCII, so that keys sort correctly by code point: COLLATE "C" in PostgreSQL, sorted() in Python.
_AE, _OE, _AA = "{", "|", "}"
_SORT_LETTERS: Final = str.maketrans(
    {"æ": _AE, "ä": _AE, "ø": _OE, "ö": _OE, "ő": _OE, "œ": _OE, "å": _AA, "ü": "y", "ű": "y", "ð": "d", "đ": "d"}
    | {"ł": "l", "þ": "th"}
)
_NOT_SORTED_BY: Final = re.compile(r"(?:[^\w{|}]|_)+")
_OUR_SIGNS: Final = str.maketrans("{|}", "   ")
_DATE_PATTERNS: Final = {"nb": ("dd.MM.y", "nb_NO"), "nn": ("dd.MM.y", "nn_NO"), "en": ("d MMM y", "en")}
_ENCODED_WORD: Final = re.compile(r"=\?(?=([^?]*)\?([bBqQ])\?(.*?)\?=)", re.DOTALL)
# Bytes 80..9F are controls in ISO-8859-1 but ordinary parts of letters in UTF-8.
_HIGH_CONTROLS: Final = dict.fromkeys(range(0x80, 0xA0))
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs"})


class TextError(ValueError):
    """The text is not allowed here. `code` is stable, for problem answers."""

    code = "text-invalid"


class ControlCharacterError(TextError):
    """A control character, plain or hidden in an encoded word."""

    code = "text-control-character"


class TextTooLongError(TextError):
    """More characters than a header value may have."""

    code = "text-too-long"


def sort_key(text: str) -> str:
    """A key that sorts as Norwegian does: æ ø å last, aa as å, ä as æ, ö as ø, ü as y, other accents dropped.

    Case, punctuation and repeated spaces are ignored. Compare keys by code point (PostgreSQL: COLLATE "C"), and let an
    id or the name itself decide between equal keys.
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_OUR_SIGNS).replace("aa", "å")
    bare = _without_accents(folded.translate(_SORT_LETTERS)).translate(_SORT_LETTERS)
    return _NOT_SORTED_BY.sub(" ", bare).strip()


def format_date(day: date, language: str) -> str:
    """`31.12.2026` in nb and nn; `31 Dec 2026` in en, where digits alone would be ambiguous."""
    if language not in _DATE_PATTERNS:
        raise TextError(f"no date format for the language {language!r}; known: nb, nn, en")
    pattern, locale = _DATE_PATTERNS[language]
    return babel_format_date(day, pattern, locale=locale)


def single_line(text: str) -> str:
    """One clean line for a name or a heading: composed (NFC), with single spaces and nothing invisible.

    Removes control characters, direction overrides, zero-width characters, lone surrogates and noncharacters, which
    would break a database or an XML file, or mislead a reader.
    """
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    visible = "".join(letter for letter in spaced if not _is_invisible(letter))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def refuse_control_characters(value: str, max_length: int = 998) -> str:
    """The value unchanged, when it is safe in a mail header; raises ControlCharacterError or TextTooLongError.

    Encoded words are decoded first: `=?UTF-8?Q?=0A?=Bcc: x@y.z` becomes a real Bcc header in Python's own mail package
    (CVE-2024-6923). The default length is the longest line of RFC 5322.
    """
    if len(value) > max_length:
        raise TextTooLongError(f"{len(value)} characters are more than the {max_length} of a header value")
    words = _ENCODED_WORD.findall(value)
    if _has_control(value) or any(_hides_control(*word) for word in words) or (words and _quotes_control(value)):
        raise ControlCharacterError("control characters, plain or encoded, may not stand in a mail header")
    return value


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _is_invisible(letter: str) -> bool:
    noncharacter = (ord(letter) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return noncharacter or unicodedata.category(letter) in _INVISIBLE


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text)


def _hides_control(charset: str, encoding: str, payload: str) -> bool:
    """Whether an encoded word (RFC 2047) hides a control character, or cannot be decoded."""
    try:
        raw = _decoded(encoding, payload)
        text = raw.decode(charset.partition("*")[0])
    except (LookupError, ValueError, binascii.Error):
        return True
    return _has_control(text) or _has_control_byte(raw)


def _quotes_control(value: str) -> bool:
    """Whether `=0A` and the like occur anywhere: parsers differ on where an encoded word ends."""
    return _has_control_byte(quopri.decodestring(value.encode("utf-8"), header=True))


def _has_control_byte(raw: bytes) -> bool:
    return _has_control(raw.decode("latin-1").translate(_HIGH_CONTROLS))


def _decoded(encoding: str, payload: str) -> bytes:
    raw = payload.encode("ascii")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    return base64.b64decode(raw, validate=True)
