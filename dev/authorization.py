"""docs/authorization.md, generated from the OpenAPI document: the scope that each operation needs, and who can have it.

python -m dev.authorization
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from services.system import NAMES, load
from shared.http.app import build_app
from shared.http.auth import FULL_SCOPES, SCOPES
from shared.values import KeyKind

PAGE = Path(__file__).parents[1] / "docs" / "authorization.md"
KINDS: tuple[KeyKind, ...] = get_args(KeyKind)

_INTRODUCTION = """\
# Authorization

Generated from the OpenAPI document by `python -m dev.authorization`; do not edit.

Which scope each operation needs, and which kinds of key can have it. A full scope (`documents`) includes its parts
(`documents:read`). A client's key works for its own client; a bureau key for the client named in `Faktura-Client`.
Another client's ids are not found (404). Without a valid key every operation answers 401, without the scope 403.
"""


@dataclass(frozen=True)
class Permission:
    """An operation, its path as in the OpenAPI document, and the scope that it needs; None when it needs no key."""

    method: str
    path: str
    scope: str | None

    def is_granted_to(self, kind: KeyKind) -> bool:
        return self.scope is None or self.scope in SCOPES[kind]


def permissions() -> list[Permission]:
    """Of all services, in the order of the document."""
    document = build_app([load(name) for name in NAMES]).openapi()
    return [
        Permission(method.upper(), path, _scope(operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([_INTRODUCTION, *_operations(), "", "## Scopes\n", *_scopes()]) + "\n"


def _scope(operation: dict[str, Any]) -> str | None:
    """Raises ValueError for an operation that needs a key but names no single scope: it would be open to every key."""
    security = operation.get("security")
    if security == []:
        return None
    match security:
        case [{"key": [str(scope)]}]:
            return scope
    raise ValueError(f"{operation.get('operationId')}: needs a key, but no scope is documented")


def _operations() -> Iterator[str]:
    yield f"| operation | scope | {' | '.join(KINDS)} |"
    yield f"| --- | --- | {' | '.join('---' for _ in KINDS)} |"
    for permission in permissions():
        scope = "no key" if permission.scope is None else f"`{permission.scope}`"
        granted = " | ".join("yes" if permission.is_granted_to(kind) else "–" for kind in KINDS)
        yield f"| `{permission.method} {permission.path}` | {scope} | {granted} |"


def _scopes() -> Iterator[str]:
    yield "| kind of key | by default | can be limited to |"
    yield "| --- | --- | --- |"
    for kind in KINDS:
        parts = [scope for scope in SCOPES[kind] if scope not in FULL_SCOPES[kind]]
        yield f"| {kind} | {_listed(FULL_SCOPES[kind])} | {_listed([*FULL_SCOPES[kind], *parts])} |"


def _listed(scopes: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{scope}`" for scope in scopes)


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
