"""The files of the bank, each as the parts of the clients whose money it tells of."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.bank_file import ReadFile
from services.payments.domain.tally import Tally
from services.payments.tables import BankFileRow
from shared.db.database import UnitOfWork
from shared.db.sql import run
from shared.http.paging import PageRequest

_FILE: Final = BankFileRow.metadata.tables["bank_file"]
KeptFile = dict[str, Any]
"""The columns of a file, its parts put together."""

_COUNTS: Final = tuple(Tally.__dataclass_fields__)


async def find(session: AsyncSession, client_id: UUID | None, bank_file_id: UUID) -> KeptFile | None:
    """A file as the client sees it: its own part, or for the bureau (None) all parts together."""
    query = _whole(client_id).where(_FILE.c.id == bank_file_id)
    return next(iter(await _files(session, query)), None)


async def find_transmission(session: AsyncSession, client_id: UUID | None, transmission: str) -> KeptFile | None:
    """The file that this transmission was imported from, as the client sees it; None when it has not come before."""
    query = _whole(client_id).where(_FILE.c.transmission == transmission)
    return next(iter(await _files(session, query)), None)


async def page(session: AsyncSession, client_id: UUID | None, wanted: PageRequest) -> list[KeptFile]:
    """A page of files in the order they came, one more than wanted; rejected ones too."""
    query = _whole(client_id).order_by(_FILE.c.id).limit(wanted.limit + 1)
    if wanted.after is not None:
        query = query.where(_FILE.c.id > wanted.after)
    return await _files(session, query)


async def add(work: UnitOfWork, bank_file_id: UUID, file: ReadFile, tallies: dict[UUID, Tally]) -> None:
    """Write down an imported file: a part for each client, with its counts and sums."""
    common = {
        "id": bank_file_id,
        "state": "imported",
        "sha256": file.sha256,
        "content_sha256": file.content_sha256,
        "transmission": file.transmission,
        "created_on": file.ocr.created,
        "received_at": work.clock.now(),
    }
    parts = [{**common, "client_id": client_id, **asdict(tally)} for client_id, tally in sorted(tallies.items())]
    await run(work.session, sa.insert(_FILE).values(parts))


async def add_rejected(work: UnitOfWork, bank_file_id: UUID, values: dict[str, Any]) -> None:
    """Write down that a file was refused, and why; a file that is refused again replaces the reason."""
    row = {"id": bank_file_id, "state": "rejected", "received_at": work.clock.now(), **values}
    insert = sa.dialects.postgresql.insert(_FILE).values(row)
    same = ["client_id", "content_sha256", "state"]
    keep = {name: insert.excluded[name] for name in ("rejection", "received_at", "sha256")}
    await run(work.session, insert.on_conflict_do_update(index_elements=same, set_=keep))


async def _files(session: AsyncSession, query: sa.Select[Any]) -> list[KeptFile]:
    return [dict(row) for row in (await run(session, query)).mappings()]


def _whole(client_id: UUID | None) -> sa.Select[Any]:
    """Files with their parts put together."""
    first = ("state", "sha256", "content_sha256", "transmission", "created_on", "received_at")
    query = sa.select(
        _FILE.c.id,
        *(sa.func.min(_FILE.c[name]).label(name) for name in first),
        *(sa.cast(sa.func.sum(_FILE.c[name]), sa.BigInteger).label(name) for name in _COUNTS),
        sa.func.array_agg(_FILE.c.rejection)[1].label("rejection"),
    ).group_by(_FILE.c.id)
    return query if client_id is None else query.where(_FILE.c.client_id == client_id)
