"""The fonts that documents are set in, and nothing else: a folder of links that fontconfig is told to look in alone.

Inter is the face; DejaVu Sans steps in for letters that Inter has not. Both come from Debian packages.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PINNED: Final = ("Inter-Regular", "Inter-SemiBold", "DejaVuSans", "DejaVuSans-Bold")
PACKAGES: Final = "fonts-inter fonts-dejavu-core"
_SUFFIXES: Final = (".otf", ".ttf")

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class FontsMissing(Exception):
    """A pinned font is not installed; says which, and how it is put right."""


def pin_fonts(folder: Path, searched: Sequence[Path]) -> Path:
    """Make `folder` hold links to the pinned fonts and a fontconfig file for them; the path of that file."""
    fonts = folder / "fonts"
    fonts.mkdir(parents=True)
    for name, file in _found(searched).items():
        (fonts / f"{name}{file.suffix}").symlink_to(file)
    configuration = folder / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(fonts=fonts, cache=folder / "font-cache"), encoding="utf-8")
    return configuration


@contextmanager
def fonts_in_folder(searched: Sequence[Path]) -> Iterator[Path]:
    """The fontconfig file of a folder that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="faktura-fonts-") as folder:
        yield pin_fonts(Path(folder), searched)


def _found(searched: Sequence[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file in _font_files(searched):
        if file.stem in PINNED:
            found.setdefault(file.stem, file)
    missing = [name for name in PINNED if name not in found]
    if missing:
        places = ", ".join(map(str, searched))
        raise FontsMissing(f"no {', '.join(missing)} in {places}; run: apt-get install {PACKAGES}")
    return found


def _font_files(searched: Iterable[Path]) -> Iterable[Path]:
    for folder in searched:
        yield from sorted(file for file in folder.rglob("*") if file.suffix in _SUFFIXES)
