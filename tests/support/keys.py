"""The event that makes or changes a key, as the customers service publishes it or a forger would."""

from typing import Any

from shared.contracts.customers import ApiKeyChanged
from shared.http.auth import FULL_SCOPES, hash_secret, new_secret
from shared.ids import new_id
from shared.values import KeyKind


def a_key_changed(kind: KeyKind = "bureau", **changes: Any) -> tuple[ApiKeyChanged, str]:
    """A new key of no client with every full scope of its kind, and its secret."""
    secret = new_secret(live=False)
    values: dict[str, Any] = {
        "client_id": None,
        "key_id": new_id(),
        "version": 1,
        "kind": kind,
        "secret_sha256": hash_secret(secret),
        "scopes": FULL_SCOPES[kind],
        "active": True,
    }
    return ApiKeyChanged(**values | changes), secret
