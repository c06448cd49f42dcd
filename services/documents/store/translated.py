"""What the database refuses, as what it means: constraints are the last guards, and their names say of what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError

from services.documents.domain.errors import ExternalIdTaken, KidTaken, SeriesBusy
from shared.problems import DomainError

_LOCK_NOT_AVAILABLE = "55P03"
_UNIQUE_VIOLATION = "23505"


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn the refusals that callers can do something about into errors of the domain; others pass."""
    try:
        yield
    except DBAPIError as error:
        known = _known(error)
        if known is None:
            raise
        raise known from error


def _known(error: DBAPIError) -> DomainError | None:
    state = getattr(error.orig, "sqlstate", None)
    if state == _LOCK_NOT_AVAILABLE:
        return SeriesBusy()
    return _conflict(error) if state == _UNIQUE_VIOLATION else None


def _conflict(error: DBAPIError) -> DomainError | None:
    diagnosis = getattr(error.orig, "diag", None)
    match getattr(diagnosis, "constraint_name", None):
        case "uq_document_kid":
            return KidTaken()
        case "uq_document_client_id_external_id":
            return ExternalIdTaken(pointer="/external_id")
        case _:
            return None
