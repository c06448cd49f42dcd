"""The layouts: a folder each with a page, a style sheet and the texts of every language."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.rendering.domain.errors import layout_unknown
from services.rendering.domain.texts import Texts, flatten

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
VERSIONS: Final = {"standard": "standard-2"}
"""Count a version up when the layout's pages change; it is stored with every artefact."""

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
        """The texts in a language. `nn.toml` has only what differs from bokmål."""
        base = _FALLS_BACK_TO.get(language)
        fallback = self.texts(base).by_key if base else {}
        tables = tomllib.loads((self.folder / f"{language}.toml").read_text(encoding="utf-8"))
        return Texts(language, flatten(tables, fallback))


def layout(name: str) -> Layout:
    """A layout by its name. Raises Unrenderable for an unknown one."""
    if name not in VERSIONS:
        raise layout_unknown(name)
    return Layout(name, TEMPLATES / name)


def layout_version(name: str) -> str:
    """The layout's name and version, as they are stored with an artefact."""
    return VERSIONS[layout(name).name]
