"""The words of a layout in one language: `texts("label.due_date")`, `texts("text.credit_note", number="20117")`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Texts:
    """Texts by dotted key. A missing one is a KeyError that names it: a document never goes out with a hole."""

    language: str
    by_key: Mapping[str, str]

    def __call__(self, key: str, **values: str) -> str:
        # Plain replacement: what a customer wrote is never read as a format.
        text = self.by_key[key]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def column(self) -> Mapping[str, str]:
        """The fixed words that the template itself sets: headings of columns, page x of y."""
        wanted = ("column.", "mva.", "label.page", "label.of")
        return {key.replace(".", "_"): text for key, text in self.by_key.items() if key.startswith(wanted)}


def flatten(tables: Mapping[str, Any], over: Mapping[str, str] | None = None) -> dict[str, str]:
    """Two levels of a data file as dotted keys, laid over the texts of a language that is fallen back to."""
    found = dict(over or {})
    for section, texts in tables.items():
        found |= {f"{section}.{name}": str(text) for name, text in texts.items()}
    return found
