"""When each API key was last used, by the minute, kept in memory until it is reported: no request writes it."""

from datetime import datetime
from uuid import UUID


class KeyUses:
    """The keys used in this process since the last report. What is not reported when the process dies is lost."""

    def __init__(self) -> None:
        self._by_key: dict[UUID, datetime] = {}
        self._reported: dict[UUID, datetime] = {}

    def note(self, key_id: UUID, at: datetime) -> None:
        self._by_key[key_id] = at.replace(second=0, microsecond=0)

    def unreported(self) -> dict[UUID, datetime]:
        """What `reported` has not been called with."""
        return {key_id: at for key_id, at in self._by_key.items() if self._reported.get(key_id) != at}

    def reported(self, uses: dict[UUID, datetime]) -> None:
        """These have been reported, and the report is committed."""
        self._reported |= uses
