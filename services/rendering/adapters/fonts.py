"""The pinned fonts: a folder of links to them, which is the only one that fontconfig looks in.

Inter is the typeface, DejaVu Sans supplies the letters that Inter lacks, and the others the scripts of the world. All
come from Debian packages.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared.batches import first_by_key

_SCRIPTS: Final = (
    *(
        "Arabic",
        "Armenian",
        "Bengali",
        "Devanagari",
        "Ethiopic",
        "Georgian",
        "Gujarati",
        "Gurmukhi",
        "Hebrew",
        "Kannada",
    ),
    *("Khmer", "Lao", "Malayalam", "Myanmar", "Sinhala", "Tamil", "Telugu", "Thai"),
)
PINNED: Final = (
    *("Inter-Regular", "Inter-SemiBold", "DejaVuSans", "DejaVuSans-Bold"),
    *(f"NotoSans{script}-{weight}" for script in _SCRIPTS for weight in ("Regular", "Bold")),
    *("DroidSansFallbackFull", "NanumGothic", "NanumGothicBold"),
)
"""Droid has Chinese and Japanese, in one weight; Nanum has Korean."""
PACKAGES: Final = "fonts-inter fonts-dejavu-core fonts-noto-core fonts-droid-fallback fonts-nanum"
_SUFFIXES: Final = (".otf", ".ttf")

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class FontsMissing(Exception):
    """A pinned font is not installed; the message names it and the command that installs it."""


def pin_fonts(folder: Path, searched: Sequence[Path]) -> Path:
    """Put links to the pinned fonts and a fontconfig file into `folder`. The path of that file. Raises FontsMissing."""
    fonts = folder / "fonts"
    fonts.mkdir(parents=True)
    for name, file in font_files(searched).items():
        (fonts / f"{name}{file.suffix}").symlink_to(file)
    configuration = folder / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(fonts=fonts, cache=folder / "font-cache"), encoding="utf-8")
    return configuration


@contextmanager
def fonts_in_folder(searched: Sequence[Path]) -> Iterator[Path]:
    """The same in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="faktura-fonts-") as folder:
        yield pin_fonts(Path(folder), searched)


def font_files(searched: Sequence[Path]) -> dict[str, Path]:
    """The file of each pinned font, from the first folder that has it."""
    files = first_by_key((file for file in _installed(searched) if file.stem in PINNED), lambda file: file.stem)
    missing = [name for name in PINNED if name not in files]
    if missing:
        folders = ", ".join(map(str, searched))
        raise FontsMissing(f"no {', '.join(missing)} in {folders}; run: apt-get install {PACKAGES}")
    return files


def _installed(searched: Sequence[Path]) -> Iterator[Path]:
    for folder in searched:
        yield from sorted(file for file in folder.rglob("*") if file.suffix in _SUFFIXES)
