"""Write the list of characters that the pinned fonts have.

    python -m dev.font_coverage

Run it when a pinned font changes. The list is committed, so that documents can be checked where no font is installed.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # no types are published

from services.rendering.adapters.fonts import font_files
from services.rendering.settings import RenderingSettings
from shared.paper.characters import COVERAGE


def installed_characters() -> set[int]:
    """The code points that at least one of the pinned fonts has, as installed here."""
    points: set[int] = set()
    for file in font_files(RenderingSettings().font_dirs).values():
        with TTFont(file, lazy=True) as font:
            points |= set(font.getBestCmap())
    return points


def coverage(points: Iterable[int]) -> str:
    """Each run of code points on a line, in hex."""
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(f"{first:x}\n" if first == last else f"{first:x}-{last:x}\n" for first, last in runs)


def write(path: Path = COVERAGE) -> Path:
    path.write_text(coverage(installed_characters()), encoding="ascii")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{write()}\n")
