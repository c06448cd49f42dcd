"""The committed contracts: a JSON Schema per event and version, checked so that a version only ever grows.

    python -m dev.schemas

writes the schema of every new event, and of a known one whose change only adds optional fields. Any other change needs
a new version beside the old, since subscribers to the old one are running.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shared.contracts.envelope import Event
from shared.contracts.registry import EVENTS_BY_TYPE

CONTRACTS = Path(__file__).parents[1] / "shared" / "contracts"
SCHEMAS = CONTRACTS / "schemas"
EXAMPLES = CONTRACTS / "examples"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NOT_COMPARED = ("title", "description", "examples", "$schema", "$id", "$defs")

Schema = dict[str, Any]


class BrokenContract(Exception):
    """A committed version of an event would change in a way that breaks its subscribers."""


def schema_of(event: type[Event]) -> Schema:
    """The JSON Schema of an event's `data`, as it is sent."""
    return {"$schema": DIALECT, "$id": f"{event.TYPE}.json", **event.model_json_schema(mode="serialization")}


def committed(event: type[Event]) -> Schema | None:
    """The committed schema, or None for a new event."""
    path = SCHEMAS / f"{event.TYPE}.json"
    if not path.exists():
        return None
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


def breaks(old: Schema, new: Schema) -> list[str]:
    """What would break a publisher or subscriber of the old schema, one line each; empty if only optional fields are
    new."""
    return _object_breaks(_inlined(old), _inlined(new), "")


def publish() -> list[Path]:
    """Write every schema that is new or has grown; returns the paths written.

    Raises:
        BrokenContract: a version has changed in another way; nothing is written then.
    """
    schemas = {SCHEMAS / f"{event.TYPE}.json": schema_of(event) for event in EVENTS_BY_TYPE.values()}
    problems = [f"{event.TYPE}: {line}" for event in EVENTS_BY_TYPE.values() for line in _breaks_of(event)]
    if problems:
        raise BrokenContract("\n".join([*problems, "Make a new version beside the old one."]))
    SCHEMAS.mkdir(exist_ok=True)
    changed = {path: text(schema) for path, schema in schemas.items() if _differs(path, schema)}
    for path, content in changed.items():
        path.write_text(content, encoding="utf-8")
    return sorted(changed)


def text(document: Any) -> str:
    """JSON as it is committed: readable and deterministic."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _breaks_of(event: type[Event]) -> list[str]:
    old = committed(event)
    return [] if old is None else breaks(old, schema_of(event))


def _differs(path: Path, schema: Schema) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != text(schema)


def _inlined(schema: Schema) -> Schema:
    """The schema with its references resolved and its descriptions left out."""
    definitions = schema.get("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            beside = {name: value for name, value in node.items() if name != "$ref"}
            return resolved(definitions[node["$ref"].removeprefix("#/$defs/")] | beside)
        return {name: of_fields(name, value) for name, value in node.items() if name not in _NOT_COMPARED}

    def of_fields(name: str, value: Any) -> Any:
        """The names under `properties` are fields, even one that is called `title`."""
        return {field: resolved(schema) for field, schema in value.items()} if name == "properties" else resolved(value)

    inlined: Schema = resolved(schema)
    return inlined


def _object_breaks(old: Schema, new: Schema, at: str) -> list[str]:
    if "properties" not in old or "properties" not in new:
        return [] if old == new else [f"{at or '/'} was {_short(old)} and would be {_short(new)}"]
    before, after = old["properties"], new["properties"]
    problems = [f"{at}/{name} would be gone" for name in before if name not in after]
    problems += [
        f"{at}/{name} is new and not optional" for name in after if name not in before and _is_required(name, new)
    ]
    # Serialised, a field with a default is always there, so `required` is what a publisher promises.
    for name in before.keys() & after.keys():
        problems += _field_breaks(before[name], after[name], f"{at}/{name}")
    return sorted(problems)


def _is_required(name: str, schema: Schema) -> bool:
    return "default" not in schema["properties"][name]


def _field_breaks(old: Schema, new: Schema, at: str) -> list[str]:
    if ("default" in old) != ("default" in new):
        return [f"{at} would {'no longer be optional' if 'default' in old else 'become optional'}"]
    if old.get("type") == new.get("type") == "array" and "items" in old and "items" in new:
        return _object_breaks(old["items"], new["items"], f"{at}/*")
    if "anyOf" in old and "anyOf" in new and len(old["anyOf"]) == len(new["anyOf"]):
        return [
            line for was, now in zip(old["anyOf"], new["anyOf"], strict=True) for line in _field_breaks(was, now, at)
        ]
    return _object_breaks(old, new, at)


def _short(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, sort_keys=True)[:120]


def main() -> None:
    try:
        for path in publish():
            sys.stdout.write(f"{path}\n")
    except BrokenContract as broken:
        sys.exit(str(broken))


if __name__ == "__main__":
    main()
