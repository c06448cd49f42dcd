"""Every error answer is an RFC 9457 problem: what, where and why, in Norwegian or English as the caller asks."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.observability.logs import correlation_id
from shared.problems import DomainError, Refusal, Refusals, Refused, refusal_of

MEDIA_TYPE = "application/problem+json"
PAGE = "/problems/"
"""Problem types are relative addresses of the page that explains them."""

COMMON_REFUSALS: dict[str, Refusal] = {
    "malformed-json": Refusal(400, "malformed-json", "Innholdet er ikke gyldig JSON.", "The body is not valid JSON."),
    "invalid-fields": Refusal(
        422, "invalid-fields", "Noen av feltene kan ikke brukes.", "Some fields cannot be accepted."
    ),
    "not-found": Refusal(404, "not-found", "Finnes ikke.", "There is no such resource."),
    "method-not-allowed": Refusal(
        405, "method-not-allowed", "Metoden brukes ikke her.", "The method is not used here."
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
_BY_STATUS = {
    refusal.status: refusal for refusal in COMMON_REFUSALS.values() if refusal.code not in ("several", "invalid-fields")
}

_log = structlog.get_logger(__name__)


class Problem(DomainError):
    """A refusal of the edge itself (keys, idempotency, headers), which carries its own entry."""

    def __init__(
        self,
        refusal: Refusal,
        *,
        pointer: str | None = None,
        headers: Mapping[str, str] | None = None,
        **events: object,
    ) -> None:
        super().__init__(pointer=pointer, rule=None, **events)
        self.refusal = refusal
        self.headers = dict(headers or {})


def install(app: FastAPI, refusals: Refusals) -> None:
    """Teach an app to answer errors; `refusals` is the union of its services' tables."""

    async def on_domain_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, DomainError)
        return _domain_answer(request, error, refusals)

    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unforeseen)


def answer(
    request: Request,
    refusal: Refusal,
    *,
    detail: str | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    content: dict[str, Any] = {
        "type": PAGE + refusal.code,
        "title": refusal.text(language_of(request), {}) if "{" not in refusal.en else refusal.code,
        "status": refusal.status,
        "code": refusal.code,
        "detail": detail or refusal.text(language_of(request), {}),
        "instance": request.url.path,
        "request_id": correlation_id(),
        "retryable": refusal.retryable,
    }
    if errors:
        content["errors"] = list(errors)
    return JSONResponse(content, status_code=refusal.status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def language_of(request: Request) -> str:
    """Norwegian unless the caller prefers English."""
    wanted = request.headers.get("accept-language", "nb").split(",")[0].strip().lower()
    return "en" if wanted.startswith("en") else "nb"


def _domain_answer(request: Request, error: DomainError, refusals: Refusals) -> JSONResponse:
    if isinstance(error, Problem):
        text = error.refusal.text(language_of(request), error.events)
        return answer(
            request,
            error.refusal,
            detail=text,
            headers=error.headers,
            errors=_one_error(error, error.refusal.code, text),
        )
    if isinstance(error, Refused):
        return _refused_answer(request, error, refusals)
    refusal = refusal_of(error, refusals)
    if refusal is None:
        return _unforeseen(request, error)
    text = refusal.text(language_of(request), error.events)
    return answer(request, refusal, detail=text, errors=_one_error(error, refusal.code, text))


def _refused_answer(request: Request, error: Refused, refusals: Refusals) -> JSONResponse:
    """The status of the first; every error with its pointer and rule."""
    found = [(one, refusal_of(one, refusals)) for one in error.errors]
    named = [(one, refusal) for one, refusal in found if refusal is not None]
    if not named or len(named) != len(found):
        return _unforeseen(request, error)
    if len(named) == 1:
        return _domain_answer(request, named[0][0], refusals)
    language = language_of(request)
    errors = [_error(one, refusal.code, refusal.text(language, one.events)) for one, refusal in named]
    return answer(request, COMMON_REFUSALS["several"], errors=errors)


def _one_error(error: DomainError, code: str, text: str) -> list[dict[str, Any]]:
    return (
        [_error(error, code, text)]
        if error.pointer is not None or error.rule is not None or "line" in error.events
        else []
    )


def _error(error: DomainError, code: str, text: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": code, "message": text}
    if error.pointer is not None:
        entry["pointer"] = error.pointer
    if error.rule is not None:
        entry["rule"] = error.rule
    entry |= {place: error.events[place] for place in ("line", "field") if place in error.events}
    return entry


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return answer(request, COMMON_REFUSALS["malformed-json"], errors=[_json_error(one) for one in found])
    return answer(request, COMMON_REFUSALS["invalid-fields"], errors=[_field_error(one) for one in found])


def _json_error(error: Mapping[str, Any]) -> dict[str, Any]:
    where = error["loc"][-1] if error["loc"] else 0
    return {"code": "json_invalid", "message": f"{error.get('ctx', {}).get('error', error['msg'])} (character {where})"}


def _field_error(error: Mapping[str, Any]) -> dict[str, Any]:
    """Pydantic's location as a JSON pointer; parameters outside the body are named by where they stand."""
    place, *path = error["loc"] or ("body",)
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    return {"code": error["type"], "message": error["msg"], "in": place, "pointer": pointer}


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    refusal = _BY_STATUS.get(error.status_code) or Refusal(
        error.status_code, "http-error", str(error.detail), str(error.detail)
    )
    return answer(request, refusal, headers=error.headers)


async def _on_unforeseen(request: Request, error: Exception) -> JSONResponse:
    return _unforeseen(request, error)


def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    """The caller learns nothing of the inside; the log has it all under the same id."""
    _log.error("unforeseen_error", path=request.url.path, error=type(error).__name__, exc_info=error)
    return answer(request, COMMON_REFUSALS["internal-error"])
