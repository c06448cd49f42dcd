"""What OpenAPI says about the answers that are not the good one."""

from typing import Any

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
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "retryable": {"type": "boolean"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented problem answers (RFC 9457) of an endpoint; those of the key come with every one."""
    content = {"application/problem+json": {"schema": _PROBLEM}}
    return {status: {"description": _WORDS[status], "content": content} for status in (401, 403, *statuses)}
