"""The layouts on disk: a folder each with a page, a style sheet and the texts of every language."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.rendering.domain.refusal import layout_unknown
from services.rendering.domain.texts import Texts, flatten

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
VERSIONS: Final = {"standard": "standard-1"}
"""Counted up when a layout's pages would come out differently; kept with every artefact."""

_FALLS_BACK_TO: Final = {"nn": "nb"}


@dataclass(frozen=True)
class Layout:
    name: str
    folder: Path

    @property
    def page(self) -> str:
        """The template's name for the loader that starts at TEMPLATES."""
        return f"{self.name}/page.html"

    def style(self) -> str:
        return (self.folder / "style.css").read_text(encoding="utf-8")

    def texts(self, language: str) -> Texts:
        """The words in a language; nynorsk says only what it says differently."""
        base = _FALLS_BACK_TO.get(language)
        below = self.texts(base).by_key if base else {}
        tables = tomllib.loads((self.folder / f"{language}.toml").read_text(encoding="utf-8"))
        return Texts(language, flatten(tables, below))


def layout(name: str) -> Layout:
    """A layout by its name; RenderRefused for one that is not there."""
    if name not in VERSIONS:
        raise layout_unknown(name)
    return Layout(name, TEMPLATES / name)


def layout_version(name: str) -> str:
    """What an artefact says it was made with."""
    return VERSIONS[layout(name).name]
