"""Whether a client's logo is in the store, and whole: found before a document takes a number."""

import asyncio

import structlog
from obstore.exceptions import BaseError

from services.documents.domain.errors import LogoDamaged, LogoMissing
from shared.objects import ObjectDamaged, ObjectMissing, ObjectStore

CHECKED_FOR_S = 600.0
"""How long a logo that was found whole is not read again."""

_log = structlog.get_logger(__name__)


class Logos:
    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._whole_until: dict[str, float] = {}

    async def check(self, sha256: str | None) -> None:
        """Raises LogoMissing or LogoDamaged. A store that does not answer is no reason to refuse: rendering waits."""
        if sha256 is None or self._whole_until.get(sha256, 0.0) > _now():
            return
        try:
            await self._objects.get(sha256)
        except ObjectMissing as error:
            raise LogoMissing(pointer="") from error
        except ObjectDamaged as error:
            raise LogoDamaged(pointer="") from error
        except (BaseError, OSError) as error:
            _log.warning("logo_not_checked", sha256=sha256, error=type(error).__name__)
            return
        self._whole_until[sha256] = _now() + CHECKED_FOR_S


def _now() -> float:
    return asyncio.get_running_loop().time()
