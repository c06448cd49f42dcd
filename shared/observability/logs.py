"""Structured logs: one JSON object per line, with the correlation id that follows an API call to its ledger entry.

Personal data and secrets stay out of them: see `shared/observability/private.py`.
"""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import trace
from structlog.processors import ExceptionRenderer

from shared.observability.private import redact_values, traceback_without_values

_NOISY = (
    "httpx2",
    "httpcore2",
    "aiormq",
    "aio_pika",
    "weasyprint",
    "fontTools",
    "alembic",
    "uvicorn.access",
    "mail.log",
)


def configure(level: str = "INFO", *, as_json: bool = True) -> None:
    """Send structlog and the standard library through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    last: list[Any] = [ExceptionRenderer(traceback_without_values), redact_values, renderer]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def correlated(correlation: str, **more: Any) -> Iterator[None]:
    """Bind this correlation id to everything logged inside."""
    with structlog.contextvars.bound_contextvars(correlation_id=correlation, **more):
        yield


def correlation_id() -> str | None:
    """The correlation id bound here, if any."""
    bound = structlog.contextvars.get_contextvars().get("correlation_id")
    return str(bound) if bound is not None else None


def _add_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the ids of the current trace and span, when tracing is on."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format(context.trace_id, "032x")
        event["span_id"] = format(context.span_id, "016x")
    return event
