"""The parts of the OpenAPI document that all endpoints share: problems, keys, headers, and bodies that are files."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from shared.http.auth import required_scope
from shared.http.call import calls_of
from shared.http.edge import GuardedApp
from shared.http.problems import MAX_ERRORS, MEDIA_TYPE

_DESCRIPTIONS = {
    400: "The request cannot be read, or lacks a header.",
    401: "No valid key.",
    403: "The key does not grant this.",
    404: "There is no such resource, or it is another client's.",
    408: "The body came too slowly.",
    409: "In conflict with what exists.",
    412: "Changed by someone else in the meantime.",
    413: "Too large.",
    415: "This content type is not accepted here.",
    422: "Some of the content cannot be accepted.",
    428: "`If-Match` is missing.",
    429: "Too many requests, files or unknown keys; `Retry-After` says when to try again.",
    503: "Busy, or without news of the API keys; nothing was done. Try again shortly.",
}
_PROBLEM = {
    "title": "Problem",
    "description": "What is wrong, where and why (RFC 9457). `retryable`: the same request may succeed later.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "retryable"],
    "properties": {
        "type": {"type": "string", "description": "The page that explains the code."},
        "title": {"type": "string", "description": "In words; the same whenever this type occurs."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "detail": {"type": "string", "description": "For people, in nb or en as Accept-Language prefers."},
        "instance": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "retryable": {"type": "boolean"},
        "errors": {
            "type": "array",
            "items": {"type": "object"},
            "maxItems": MAX_ERRORS,
            "description": "One entry for each thing that is wrong, the first 100 of them.",
        },
        "errors_left_out": {"type": "integer", "description": "How many more there are; absent when all are shown."},
    },
}
_REFERENCE = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key. A bureau key names the client it works for in `Faktura-Client`.",
}

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Required by every call that creates or changes something (400 without it). The same key and body "
    "again give the stored answer; another body gives 422; 409 while the first is still running.",
}
_SEEN = {
    "name": "Faktura-Seen",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "As an earlier answer had it, or several of them: this call is answered when what those calls "
    "did has come here. 503 when that takes long; try again. At most 100 events. Of a call that did more than five "
    "things of a kind the last five are named, and what other services make of them in turn is not waited for.",
}
_CLIENT = {
    "name": "Faktura-Client",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "format": "uuid"},
    "description": "With a bureau key: the client to work for.",
}

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int, because: Mapping[int, str] | None = None) -> Responses:
    """The documented problem answers of an endpoint; 401, 403, 429 and 503 are always among them.

    `because` replaces the general description of a status where it means something more specific here.
    """
    specific = because or {}
    descriptions = {
        status: specific.get(status) or _DESCRIPTIONS[status] for status in {401, 403, 429, 503, *statuses, *specific}
    }
    return {status: {"description": text, "content": _REFERENCE} for status, text in sorted(descriptions.items())}


def file_answer(media_type: str, description: str) -> Responses:
    """The 200 answer of an endpoint that sends a file."""
    return {200: {"description": description, "content": {media_type: _BINARY}}}


def file_body(media_types: Sequence[str]) -> dict[str, Any]:
    """`openapi_extra` of an endpoint whose body is a raw file."""
    return {"requestBody": {"required": True, "content": dict.fromkeys(media_types, _BINARY)}}


_BINARY = {"schema": {"type": "string", "format": "binary"}}


class DocumentedApp(GuardedApp):
    """Adds the problem schema, the key and the common headers to the OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema:
            return self.openapi_schema
        document = super().openapi()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                headers = _headers(path, method)
                if headers:
                    operation.setdefault("parameters", []).extend(headers)
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = _PROBLEM
        components["securitySchemes"] = {"key": _KEY}
        document["security"] = [{"key": []}]
        for path, method, scope in _scopes(self.routes):
            document["paths"][path][method]["security"] = [{"key": [scope]}]
        return document


def _headers(path: str, method: str) -> list[dict[str, Any]]:
    """The headers that every endpoint of the API reads."""
    if not path.startswith("/v1"):
        return []
    return [_CLIENT, _SEEN, _IDEMPOTENCY_KEY] if method == "post" else [_CLIENT, _SEEN]


def _scopes(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str, str]]:
    """Path, method in lower case and required scope of each documented endpoint that needs a key."""
    for context in iter_route_contexts(routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            for call, method in product(calls_of(route.dependant), context.methods or ()):
                yield str(context.path_format), method.lower(), required_scope(call.scope, method)
