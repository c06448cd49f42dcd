"""The texts of a layout in one language: `texts("label.due_date")`, `texts("text.credit_note", number="20117")`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Texts:
    """Texts by dotted key. A missing one raises KeyError, so that no document goes out with a gap."""

    language: str
    by_key: Mapping[str, str]

    def __call__(self, key: str, **values: str) -> str:
        # Plain replacement: customers' own text is never read as a format string.
        text = self.by_key[key]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def for_template(self) -> Mapping[str, str]:
        """The texts that the template itself names: headings of columns, "page x of y". Keys with _ for the dot."""
        prefixes = ("column.", "mva.", "label.page", "label.of")
        return {key.replace(".", "_"): text for key, text in self.by_key.items() if key.startswith(prefixes)}


def flatten(tables: Mapping[str, Any], fallback: Mapping[str, str]) -> dict[str, str]:
    """The two levels of a text file as dotted keys; `fallback` has the texts that the file leaves out."""
    by_key = dict(fallback)
    for section, texts in tables.items():
        by_key |= {f"{section}.{name}": str(text) for name, text in texts.items()}
    return by_key
