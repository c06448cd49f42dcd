"""Bank files. A file has one row, its part, for each client whose accounts it reports on."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.bank_file import FileDigests, ReceivedFile, Rejection
from services.payments.domain.tally import Tally
from services.payments.tables import BankFileRow
from shared.db.database import UnitOfWork
from shared.db.sql import run
from shared.http.paging import PageRequest
from shared.ids import new_id

_FILE: Final = BankFileRow.metadata.tables["bank_file"]
StoredFile = dict[str, Any]
"""The columns of a file, without its client."""

_COUNTS: Final = tuple(Tally.__dataclass_fields__)
_SAME_IN_ALL_PARTS: Final = (
    "state",
    "sha256",
    "content_sha256",
    "format",
    "transmission",
    "created_on",
    "received_at",
)


async def find(session: AsyncSession, client_id: UUID | None, bank_file_id: UUID) -> StoredFile | None:
    """The file as the client sees it: its own part, or for the bureau (None) the sum of all parts."""
    return await _first(session, _files(client_id).where(_FILE.c.id == bank_file_id))


async def find_content(session: AsyncSession, client_id: UUID | None, content_sha256: str) -> StoredFile | None:
    """The first file that was imported with this content, as the client sees it."""
    same = (_FILE.c.content_sha256 == content_sha256) & (_FILE.c.state == "imported")
    return await _first(session, _files(client_id).where(same).order_by(_FILE.c.id).limit(1))


async def find_transmission(session: AsyncSession, received: ReceivedFile, client_ids: Iterable[UUID]) -> UUID | None:
    """The file that was imported by this channel from the transmission of the same number and day, with a part for any
    of the clients. Banks begin their numbers anew, and some give every file the same."""
    query = sa.select(_FILE.c.id).where(
        _FILE.c.client_id.in_(client_ids),
        _FILE.c.channel == received.coming.channel,
        _FILE.c.transmission == received.file.transmission,
        _FILE.c.created_on == received.file.created_on,
    )
    bank_file_id: UUID | None = await session.scalar(query.limit(1))
    return bank_file_id


async def page(session: AsyncSession, client_id: UUID | None, request: PageRequest) -> list[StoredFile]:
    """Files in the order received, one row more than the page; rejected ones too."""
    query = _files(client_id).order_by(_FILE.c.id).limit(request.limit + 1)
    if request.after is not None:
        query = query.where(_FILE.c.id > request.after)
    return await _all(session, query)


async def add(work: UnitOfWork, bank_file_id: UUID, received: ReceivedFile, tallies: Mapping[UUID, Tally]) -> None:
    """An imported file, with a part for each client."""
    file = received.file
    common = {
        "id": bank_file_id,
        "state": "imported",
        "channel": received.coming.channel,
        **asdict(received.digests),
        "format": file.format,
        "transmission": file.transmission,
        "created_on": file.created_on,
        "received_at": work.clock.now(),
    }
    parts = [{**common, "client_id": client_id, **asdict(tally)} for client_id, tally in sorted(tallies.items())]
    await run(work.session, sa.insert(_FILE).values(parts))


async def add_rejected(work: UnitOfWork, client_id: UUID, digests: FileDigests, rejection: Rejection) -> None:
    """A file that was not imported; when it is rejected again, the reason is replaced."""
    row = {
        "client_id": client_id,
        "id": new_id(),
        "state": "rejected",
        **asdict(digests),
        "received_at": work.clock.now(),
        "rejection": rejection.model_dump(mode="json"),
    }
    insert = sa.dialects.postgresql.insert(_FILE).values(row)
    changes = {name: insert.excluded[name] for name in ("rejection", "received_at", "sha256")}
    key = ["client_id", "content_sha256", "state"]
    await run(work.session, insert.on_conflict_do_update(index_elements=key, set_=changes))


async def _first(session: AsyncSession, query: sa.Select[Any]) -> StoredFile | None:
    return next(iter(await _all(session, query)), None)


async def _all(session: AsyncSession, query: sa.Select[Any]) -> list[StoredFile]:
    return [dict(row) for row in (await run(session, query)).mappings()]


def _files(client_id: UUID | None) -> sa.Select[Any]:
    """Each file as one row: the sum of its parts, or the client's part only."""
    query = sa.select(
        _FILE.c.id,
        *(sa.func.min(_FILE.c[name]).label(name) for name in _SAME_IN_ALL_PARTS),
        *(sa.cast(sa.func.sum(_FILE.c[name]), sa.BigInteger).label(name) for name in _COUNTS),
        sa.func.array_agg(_FILE.c.rejection)[1].label("rejection"),
    ).group_by(_FILE.c.id)
    return query if client_id is None else query.where(_FILE.c.client_id == client_id)
