"""What the database refuses, as errors of the domain. Constraints are the last guards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError

from services.documents.domain.errors import KidTaken, SeriesBusy
from shared.db.errors import LOCK_NOT_AVAILABLE, sqlstate, violated_constraint
from shared.problems import DomainError


@asynccontextmanager
async def refusals() -> AsyncIterator[None]:
    """Raises the refusals that a caller can do something about as errors of the domain; others pass."""
    try:
        yield
    except DBAPIError as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: DBAPIError) -> DomainError | None:
    if sqlstate(error) == LOCK_NOT_AVAILABLE:
        return SeriesBusy()
    return KidTaken() if violated_constraint(error) == "uq_document_kid" else None
