"""Refused callers are logged and counted: whose key, where from, and what for. Never the secret itself."""

import structlog
from fastapi import Request

from shared.observability.metrics import REFUSED

STATUSES = frozenset({401, 403, 429})
_SHOWN = 12
"""As much of a secret as lists of keys show: `fs_live_` and four of its 49 characters."""
_log = structlog.get_logger(__name__)


def log_refusal(request: Request, status: int, code: str) -> None:
    """Does nothing for answers that are not about the caller's rights."""
    if status not in STATUSES:
        return
    REFUSED.labels(code).inc()
    key_id = getattr(request.state, "key_id", None)
    _log.warning(
        "caller_refused",
        code=code,
        key_id=None if key_id is None else str(key_id),
        key_prefix=_prefix(request),
        method=request.method,
        route=getattr(request.scope.get("route"), "path", "unmatched"),
        address=request.client.host if request.client else None,
    )


def _prefix(request: Request) -> str | None:
    """Of what looks like a key of ours; anything else may be a password."""
    secret = request.headers.get("authorization", "").partition(" ")[2].strip()
    return secret[:_SHOWN] if secret.startswith(("fs_live_", "fs_test_")) and len(secret) > 2 * _SHOWN else None
