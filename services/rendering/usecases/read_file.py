"""Read a document's file from the object store, checked against its hash."""

import structlog

from services.rendering.domain.errors import FileDamaged
from services.rendering.tools import Tools
from shared.objects import ObjectDamaged, ObjectMissing

_log = structlog.get_logger(__name__)


async def read_file(tools: Tools, sha256: str) -> bytes:
    """The bytes that were stored. Raises FileDamaged, and logs an error, when the store no longer has them."""
    try:
        return await tools.objects.get(sha256)
    except (ObjectMissing, ObjectDamaged) as error:
        _log.exception("artefact_unreadable", sha256=sha256, kind=type(error).__name__)
        raise FileDamaged(sha256=sha256) from error
