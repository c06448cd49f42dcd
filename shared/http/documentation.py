"""What OpenAPI says about the answers that are not the good one, and about bodies that are files."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI

from shared.http.problems import MEDIA_TYPE

_WORDS = {
    400: "The request cannot be read, or lacks a header.",
    401: "No valid key.",
    403: "The key does not grant this.",
    404: "There is no such resource, or it is another client's.",
    409: "Something stands in the way.",
    412: "Someone has changed this in the meantime.",
    413: "Too large.",
    415: "This content type is not accepted here.",
    422: "Some of the content cannot be accepted.",
    428: "`If-Match` is missing.",
    503: "Busy; nothing was done. Try again shortly.",
}
_PROBLEM = {
    "title": "Problem",
    "description": "What is wrong, where and why (RFC 9457). `retryable`: the same request may succeed later.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "retryable"],
    "properties": {
        "type": {"type": "string", "description": "The page that explains the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; what a program looks at."},
        "detail": {"type": "string", "description": "For a person, in the language of Accept-Language: nb or en."},
        "instance": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "retryable": {"type": "boolean"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "One for each thing that is wrong."},
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
    "description": "Asked for by every call that creates or moves something (400 without it). The same key and body "
    "again gives the stored answer; another body 422; still running 409.",
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
    """The documented problem answers of an endpoint; those of the key come with every one.

    `because` says of a status what it means here, where that is more than what it means everywhere.
    """
    here = because or {}
    words = {status: here.get(status) or _WORDS[status] for status in sorted({401, 403, *statuses, *here})}
    return {status: {"description": text, "content": _REFERENCE} for status, text in words.items()}


def file_answer(media_type: str, description: str) -> Responses:
    """The good answer of an endpoint that answers with a file."""
    return {200: {"description": description, "content": {media_type: _BINARY}}}


def file_body(media_types: Sequence[str]) -> dict[str, Any]:
    """`openapi_extra` of an endpoint whose body is a file as it is."""
    return {"requestBody": {"required": True, "content": dict.fromkeys(media_types, _BINARY)}}


_BINARY = {"schema": {"type": "string", "format": "binary"}}


class DocumentedApp(FastAPI):
    """An app whose document knows what a problem is, and which key and headers are asked for."""

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
        return document


def _headers(path: str, method: str) -> list[dict[str, Any]]:
    """The headers that every endpoint of the API reads, without each having to say so."""
    if not path.startswith("/v1"):
        return []
    return [_CLIENT, _IDEMPOTENCY_KEY] if method == "post" else [_CLIENT]
