"""Keeps personal data and secrets out of logs: errors are described without their values, and what can be recognised by
its form (e-mail addresses, account numbers, keys, passwords in addresses) is replaced wherever it appears.

A name cannot be recognised, so log ids and codes, never the text of a customer.
"""

import re
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from shared.problems import DomainError, Refused

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"), "[password]"),
    (re.compile(r"\bfs_(?:live|test)_[\w-]{5,}"), "[key]"),
    (re.compile(r"(?i)(?<=bearer )[\w.~+/=-]{8,}"), "[key]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\w-])\d{4}[. ]?\d{2}[. ]?\d{5}(?![\w-])"), "[11 digits]"),
)
_CODE = re.compile(r"[a-z0-9_.:/-]{1,60}")
_OWN_PREFIX = "key_prefix"
"""The start of a key, which is logged on purpose."""


def redacted(text: str) -> str:
    for form, replacement in _FORMS:
        text = form.sub(replacement, text)
    return text


def describe_error(error: BaseException) -> str:
    """The error's class and what is known of it, on one line, without the values that it complains about."""
    text = redacted(" ".join(_text(error).split()))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def redact_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor."""
    for name, value in event.items():
        if name != _OWN_PREFIX:
            event[name] = _redacted_value(value)
    return event


def traceback_without_values(exc_info: Any) -> str:
    """For structlog's ExceptionRenderer: where it happened, for each error of the chain, innermost first."""
    return "\n".join(_tracebacks(exc_info[1]))


def _text(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(_invalid_fields(error))
    if isinstance(error, DBAPIError):
        return _database_text(error)
    if isinstance(error, Refused):
        return "; ".join(describe_error(part) for part in error.errors)
    if isinstance(error, DomainError):
        return ", ".join(f"{name}={_shown(value)}" for name, value in error.params.items())
    return str(error)


def _shown(value: object) -> str:
    """Numbers, days, ids and codes; other text may name somebody."""
    text = str(value)
    return "[text]" if isinstance(value, str) and not _CODE.fullmatch(text) else text


def _invalid_fields(error: ValidationError) -> Iterator[str]:
    for line in error.errors(include_url=False, include_context=False, include_input=False):
        yield f"{error.title}.{'.'.join(str(step) for step in line['loc'])}: {line['type']}"


def _database_text(error: DBAPIError) -> str:
    """PostgreSQL's own text quotes the row."""
    original = error.orig
    diagnostics = getattr(original, "diag", None)
    if diagnostics is None or not getattr(original, "sqlstate", None):
        return str(original)
    place = diagnostics.constraint_name or diagnostics.column_name or diagnostics.table_name or ""
    return f"{type(original).__name__} ({getattr(original, 'sqlstate', None)}) {place}"


def _redacted_value(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, list | tuple):
        return [_redacted_value(item) for item in value]
    return value


def _tracebacks(error: BaseException | None) -> Iterator[str]:
    if error is None:
        return
    inner = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    yield from _tracebacks(inner)
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _tracebacks(member)
    yield f"{''.join(traceback.format_tb(error.__traceback__))}{describe_error(error)}"
