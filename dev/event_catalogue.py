"""docs/events.md, generated from the contracts and the map: every event, its publisher, its subscribers, its fields.

python -m dev.event_catalogue
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dev.schemas import schema_of
from services.system import SYSTEM
from shared.contracts.envelope import Event
from shared.contracts.registry import EVENTS_BY_TYPE

PAGE = Path(__file__).parents[1] / "docs" / "events.md"

_INTRODUCTION = """\
# Events

Generated from `shared/contracts` and `services/system.py` by `python -m dev.event_catalogue`; do not edit.

Every message is a CloudEvents 1.0 envelope in JSON: `id`, `type` (also the routing key), `source`, `time`, `subject`
(the key that order is kept by), `clientid`, `correlationid`, `causationid` and the event itself in `data`. Within a
version only optional fields are added. Schemas are in `shared/contracts/schemas`, examples in
`shared/contracts/examples`.
"""
_UNITS = {"_ore": "øre", "_percent": "percent", "_days": "days", "_bytes": "bytes"}
_FORMATS = {"uuid": "UUID", "date": "date (ISO 8601)", "date-time": "time (ISO 8601, with offset)"}

Schema = dict[str, Any]


def catalogue() -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION, _overview()]
    for spec in SYSTEM:
        events = [event for event in EVENTS_BY_TYPE.values() if event.owner() == spec.name]
        parts += [f"## {spec.name}\n", *(_section(event) for event in events)]
    parts += ["## Shared values\n", *_values()]
    return "\n".join(parts).rstrip() + "\n"


def subscribers(event: type[Event]) -> list[str]:
    return [spec.name for spec in SYSTEM if event in spec.subscribes]


def _overview() -> str:
    rows = ["| event | published by | subscribed to by |", "| --- | --- | --- |"]
    for event in EVENTS_BY_TYPE.values():
        anchor = event.TYPE.replace(".", "")
        rows.append(
            f"| [`{event.TYPE}`](#{anchor}) | {event.owner()} | {', '.join(subscribers(event)) or 'nobody yet'} |"
        )
    return "\n".join(rows) + "\n"


def _section(event: type[Event]) -> str:
    schema = schema_of(event)
    readers = ", ".join(subscribers(event)) or "nobody yet"
    return "\n".join(
        [f"### {event.TYPE}\n", *_description(schema), f"Subscribed to by: {readers}.\n", *_table(schema), ""]
    )


def _values() -> Iterator[str]:
    """The values that events are made of, each once."""
    definitions: dict[str, Schema] = {}
    for event in EVENTS_BY_TYPE.values():
        definitions |= schema_of(event).get("$defs", {})
    for name, schema in sorted(definitions.items()):
        yield "\n".join([f"### {name}\n", *_description(schema), *_table(schema), ""])


def _description(schema: Schema) -> list[str]:
    return [f"{schema['description']}\n"] if "description" in schema else []


def _table(schema: Schema) -> list[str]:
    rows = ["| field | type | |", "| --- | --- | --- |"]
    for name, field in schema["properties"].items():
        optional = "" if name in schema.get("required", ()) else "optional"
        about = ". ".join(filter(None, (_one_line(field.get("description", "")).rstrip("."), optional)))
        rows.append(f"| `{name}` | {_kind(field)}{_unit(name)} | {about} |")
    return rows


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _unit(name: str) -> str:
    return next((f", {unit}" for ending, unit in _UNITS.items() if name.endswith(ending)), "")


def _kind(field: Schema) -> str:
    """A field's type in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"])
    if "enum" in field or "const" in field:
        return " \\| ".join(f"`{word}`" for word in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return _FORMATS.get(field.get("format", ""), _plain(field))


def _plain(field: Schema) -> str:
    if field.get("type") == "string" and "." in field.get("pattern", ""):
        return "decimal as text"
    return {"integer": "integer", "boolean": "true or false", "null": "null"}.get(field.get("type", ""), "text")


def main() -> None:
    PAGE.write_text(catalogue(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
