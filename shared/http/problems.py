"""Every error answer is an RFC 9457 problem: what, where and why, in Norwegian or English as the caller prefers."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shared.http.refusals import log_refusal
from shared.http.titles import status_title, title_of
from shared.http.validation_nb import sentence_nb
from shared.observability.logs import correlation_id
from shared.problems import DomainError, NotYetKnown, Refusal, Refusals, Refused, refusal_of

MEDIA_TYPE = "application/problem+json"
PAGE = "/problems/"
"""A problem's `type` is this path and its code: a page of the service that explains it."""
MAX_ERRORS = 100
"""Errors in one answer. The rest is counted: an answer must not be many times larger than its request."""

COMMON_REFUSALS: dict[str, Refusal] = {
    "malformed-json": Refusal(400, "malformed-json", "Innholdet er ikke gyldig JSON.", "The body is not valid JSON."),
    "invalid-fields": Refusal(
        422, "invalid-fields", "Noen av feltene kan ikke brukes.", "Some fields cannot be accepted."
    ),
    "not-found": Refusal(404, "not-found", "Finnes ikke.", "There is no such resource."),
    "method-not-allowed": Refusal(
        405, "method-not-allowed", "Metoden brukes ikke her.", "The method is not used here."
    ),
    "request-timeout": Refusal(
        408, "request-timeout", "Innholdet kom for sakte.", "The body came too slowly.", retryable=True
    ),
    "unsupported-media-type": Refusal(
        415, "unsupported-media-type", "Innholdstypen tas ikke imot her.", "This content type is not accepted here."
    ),
    "too-large": Refusal(413, "too-large", "Innholdet er for stort.", "The body is too large."),
    "several": Refusal(422, "several", "Flere ting må rettes.", "Several things must be put right."),
    "internal-error": Refusal(500, "internal-error", "Noe gikk galt hos oss.", "Something went wrong on our side."),
    "busy": Refusal(
        503,
        "busy",
        "Tjenesten er opptatt. Prøv igjen om litt.",
        "The service is busy. Try again shortly.",
        retryable=True,
    ),
}
NOT_YET_KNOWN = Refusal(
    503,
    "not-yet-known",
    "Nytt fra andre tjenester er ikke kommet hit ennå. Prøv igjen om litt.",
    "News from other services has not reached this one yet. Try again shortly.",
    retryable=True,
)
_RETRY_AFTER = {429: {"Retry-After": "1"}, 503: {"Retry-After": "2"}}
"""Unless the refusal itself knows better."""
_FRAMEWORK_REFUSALS: dict[int, Refusal] = {
    COMMON_REFUSALS[code].status: COMMON_REFUSALS[code]
    for code in (
        "malformed-json",
        "not-found",
        "method-not-allowed",
        "request-timeout",
        "unsupported-media-type",
        "too-large",
        "internal-error",
        "busy",
    )
}
"""What the web framework's own errors, which carry a status only, become."""

_log = structlog.get_logger(__name__)


class Problem(DomainError):
    """A refusal by the HTTP edge itself (keys, idempotency, headers); it brings its own entry."""

    def __init__(
        self,
        refusal: Refusal,
        *,
        pointer: str | None = None,
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        super().__init__(pointer=pointer, rule=None, **params)
        self.refusal = refusal
        self.headers = dict(headers or {})


def install(app: FastAPI, refusals: Refusals) -> None:
    """Add the exception handlers; `refusals` is the union of the services' tables."""
    all_refusals: Refusals = {NotYetKnown: NOT_YET_KNOWN, **refusals}

    async def on_domain_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, DomainError)
        return _domain_answer(request, error, all_refusals)

    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_unforeseen)


def answer(
    request: Request,
    refusal: Refusal,
    *,
    detail: str | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    log_refusal(request, refusal.status, refusal.code)
    language = language_of(request)
    content: dict[str, Any] = {
        "type": PAGE + refusal.code,
        "title": title_of(refusal, language),
        "status": refusal.status,
        "code": refusal.code,
        "detail": detail or refusal.text(language, {}),
        "instance": request.url.path,
        "request_id": correlation_id(),
        "retryable": refusal.retryable,
    }
    if errors:
        content["errors"] = list(errors[:MAX_ERRORS])
    if len(errors) > MAX_ERRORS:
        content["errors_left_out"] = len(errors) - MAX_ERRORS
    return JSONResponse(content, status_code=refusal.status, media_type=MEDIA_TYPE, headers=_headers(refusal, headers))


def _headers(refusal: Refusal, headers: Mapping[str, str] | None) -> dict[str, str]:
    return {**_RETRY_AFTER.get(refusal.status, {}), **(headers or {})}


def language_of(request: Request) -> str:
    """Norwegian unless the caller prefers English."""
    preferred = request.headers.get("accept-language", "nb").split(",")[0].strip().lower()
    return "en" if preferred.startswith("en") else "nb"


def _domain_answer(request: Request, error: DomainError, refusals: Refusals) -> JSONResponse:
    if isinstance(error, Problem):
        return _refusal_answer(request, error, error.refusal, error.headers)
    if isinstance(error, Refused):
        return _refused_answer(request, error, refusals)
    refusal = refusal_of(error, refusals)
    if refusal is None:
        return _unforeseen(request, error)
    return _refusal_answer(request, error, refusal)


def _refusal_answer(
    request: Request, error: DomainError, refusal: Refusal, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    text = refusal.text(language_of(request), error.params)
    has_place = error.pointer is not None or error.rule is not None or "line" in error.params
    errors = [_error_entry(error, refusal.code, text)] if has_place else []
    return answer(request, refusal, detail=text, headers=headers, errors=errors)


def _refused_answer(request: Request, refused: Refused, refusals: Refusals) -> JSONResponse:
    """One entry for each error, with its pointer and rule. A single error is answered as if it were raised alone."""
    pairs = [(error, refusal) for error in refused.errors if (refusal := refusal_of(error, refusals)) is not None]
    if not pairs or len(pairs) != len(refused.errors):
        return _unforeseen(request, refused)
    if len(pairs) == 1:
        return _domain_answer(request, pairs[0][0], refusals)
    language = language_of(request)
    errors = [_error_entry(error, refusal.code, refusal.text(language, error.params)) for error, refusal in pairs]
    return answer(request, COMMON_REFUSALS["several"], errors=errors)


def _error_entry(error: DomainError, code: str, text: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": code, "message": text}
    if error.pointer is not None:
        entry["pointer"] = error.pointer
    if error.rule is not None:
        entry["rule"] = error.rule
    return entry | {name: error.params[name] for name in ("line", "field") if name in error.params}


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    language = language_of(request)
    invalid = error.errors()
    if any(entry["type"] == "json_invalid" for entry in invalid):
        errors = [_json_error(entry, language) for entry in invalid]
        return answer(request, COMMON_REFUSALS["malformed-json"], errors=errors)
    return answer(
        request, COMMON_REFUSALS["invalid-fields"], errors=[_field_error(entry, language) for entry in invalid]
    )


def _json_error(entry: Mapping[str, Any], language: str) -> dict[str, Any]:
    position = entry["loc"][-1] if entry["loc"] else 0
    if language == "nb":
        message = f"{sentence_nb(entry)} (tegn {position})"
    else:
        message = f"{entry.get('ctx', {}).get('error', entry['msg'])} (character {position})"
    return {"code": "json_invalid", "message": message}


def _field_error(entry: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Pydantic's location as `in` (body, query, path, header) and a JSON pointer below it."""
    where, *path = entry["loc"] or ("body",)
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
    message = sentence_nb(entry) if language == "nb" else entry["msg"]
    return {"code": entry["type"], "message": message, "in": where, "pointer": pointer}


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    refusal = _FRAMEWORK_REFUSALS.get(error.status_code) or _other_status(error.status_code)
    return answer(request, refusal, headers=error.headers)


def _other_status(status: int) -> Refusal:
    return Refusal(status, "http-error", status_title(status, "nb"), status_title(status, "en"))


async def _on_disconnect(request: Request, _error: Exception) -> JSONResponse:
    """Nobody reads the answer; its status is for the metrics."""
    return answer(request, COMMON_REFUSALS["request-timeout"])


async def _on_unforeseen(request: Request, error: Exception) -> JSONResponse:
    return _unforeseen(request, error)


def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    """The caller learns nothing of the inside; the log has all of it under the same id."""
    _log.error("unforeseen_error", path=request.url.path, error=type(error).__name__, exc_info=error)
    return answer(request, COMMON_REFUSALS["internal-error"])
