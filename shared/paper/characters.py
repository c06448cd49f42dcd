"""Which characters the pinned fonts have (`characters.txt`, written by `python -m dev.font_coverage`)."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from shared.text_nb import single_line

CODE: Final = "characters-missing"
COVERAGE: Final = Path(__file__).with_name("characters.txt")


def characters_of(coverage: str) -> Iterator[str]:
    """The characters of a list of code points in hex: one, or first and last joined by a hyphen, on each line."""
    for line in coverage.splitlines():
        first, _, last = line.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


PRINTABLE: Final = frozenset(characters_of(COVERAGE.read_text(encoding="ascii")))
_HARMLESS: Final = PRINTABLE | frozenset("\t\n\r")


def missing_characters(text: str) -> str:
    """The characters that would be empty boxes, each once, by code point. What is invisible is left out of pages."""
    if _HARMLESS.issuperset(text):
        return ""
    return "".join(sorted(letter for letter in set(single_line(text)) if not _can_be_drawn(letter)))


def named(characters: Iterable[str]) -> str:
    """`Ꮳ (U+13E3), …`: the first ten of them, for a person."""
    return ", ".join(f"{character} (U+{ord(character):04X})" for character in list(characters)[:10])


def _can_be_drawn(letter: str) -> bool:
    """Also of its parts: a letter with an accent is drawn as the two when no font has it whole."""
    return letter in PRINTABLE or PRINTABLE.issuperset(unicodedata.normalize("NFD", letter))
