"""Facts by the hundred thousand: sealed in a thread and written in chunks, in the transaction of what they tell of.

`UnitOfWork.say` is for the few; it keeps what was said until the commit, and writes it out on the event loop.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import sqlalchemy as sa

from services.payments.store.bulk import Record, run_chunks
from shared.contracts.envelope import Fact, seal
from shared.db.database import UnitOfWork
from shared.ids import new_id

T = TypeVar("T")


async def say_all(work: UnitOfWork, items: Sequence[T], fact_of: Callable[[T], Fact]) -> None:
    """Say a fact of each item, in order, before whatever `work.say` has said. Only `work.say` wakes the relay."""
    moment, cause = work.clock.now(), work.cause

    def row(item: T) -> Record:
        envelope = seal(
            fact_of(item),
            event_id=new_id(),
            time=moment,
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
        )
        return {
            "event_id": envelope.id,
            "type": envelope.type,
            "client_id": envelope.clientid,
            "key": envelope.subject,
            "body": envelope.model_dump_json(),
        }

    await run_chunks(work.session, _INSERT, items, row)


# Ids of the outbox are its order, so the rows are inserted in the order of the chunk.
_INSERT: Final = sa.text(
    """
    insert into outbox (event_id, type, client_id, key, body)
    select r.event_id, r.type, r.client_id, r.key, r.body
    from rows from (
        json_to_recordset(cast(:records as json)) as (event_id uuid, type text, client_id uuid, key uuid, body text)
    ) with ordinality as r(event_id, type, client_id, key, body, place)
    order by r.place
    """
)
