"""Which characters can be printed, and whether an address fits in the window."""

import pytest

from dev.font_coverage import coverage, installed_characters
from shared.paper.characters import PRINTABLE, characters_of, missing_characters, named


def test_the_committed_list_has_only_characters_that_the_installed_fonts_have() -> None:
    assert sorted(PRINTABLE - set(map(chr, installed_characters()))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Søndre Bærum Byggevarer AS",
        "Łódź, Ноябрь, Ελλάδα, Đặng Nguyễn",
        "a\tb\r\nc\u00a0d",
        "e\u0301",
        "a\u200bb\u202ec",
    ],
)
def test_europes_letters_white_space_accents_and_what_is_invisible_can_be_printed(text: str) -> None:
    assert missing_characters(text) == ""


def test_a_character_that_no_font_has_is_named_once() -> None:
    assert missing_characters("ᏣᎳ, Ꮳ AS") == "ᎳᏣ"
    assert named("ᎳᏣ") == "Ꮃ (U+13B3), Ꮳ (U+13E3)"


def test_the_list_is_written_in_runs() -> None:
    points = [0x20, 0x21, 0x22, 0x41]
    assert coverage(points) == "20-22\n41\n"
    assert [*map(ord, characters_of(coverage(points)))] == points
