"""Messages per second through outbox, relay, bus, batch consumer and inbox, between two toys; one row of effect each.

    python -m tests.bench.messaging [memory|rabbit] [messages]

The events are in the outbox before the clock starts; measured is relay → bus → inbox and effect → acknowledged. CPU is
that of this process with both toys; the broker's and PostgreSQL's is shown beside it.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil
import sqlalchemy as sa
import uvloop

from dev.broker import PrivateBroker
from shared.clock import MovableClock
from shared.contracts.payments import DocumentOverdue
from shared.db.database import UnitOfWork
from shared.db.sql import run
from shared.messaging.subscription import Received, Subscription, on_batch
from shared.service import NoTools
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.postgres import test_postgres
from tests.support.toy import EFFECT, Toy, an_overdue, no_subscriptions

CHUNK = 2000


def _bulk(_toy: Toy) -> tuple[Subscription[NoTools], ...]:
    async def write(work: UnitOfWork, _tools: NoTools, messages: Sequence[Received[DocumentOverdue]]) -> None:
        await run(work.session, _INSERT, ids=[message.event.document_id for message in messages])

    return (on_batch(DocumentOverdue, write),)


_INSERT = sa.text(
    f"insert into {EFFECT.name} (document_id, level, client_id) "  # noqa: S608  # a constant of our own
    "select id, 1, id from unnest(cast(:ids as uuid[])) as new(id)"
)


def _cpu_of_others() -> float:
    return sum(map(_cpu_of, psutil.Process().children(recursive=True)))


def _cpu_of(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:2]))
    except psutil.NoSuchProcess:
        return 0.0


async def _measure(buses: Buses, messages: int) -> None:
    publisher = await buses.toy(no_subscriptions, retry_pause_s=1)
    subscriber = await buses.toy(_bulk, retry_pause_s=1)
    await subscriber.start()
    await publisher.start(publishing=False)
    for _ in range(messages // CHUNK):
        await publisher.emit(*(an_overdue() for _ in range(CHUNK)))
    began, cpu, others_cpu = time.perf_counter(), time.process_time(), _cpu_of_others()
    publisher.running.begin()
    await eventually(lambda: _has_effects(subscriber, messages), within=120, every=0.1)
    await eventually(lambda: _all_published(publisher), within=10, every=0.05)
    took, used, used_by_others = (
        time.perf_counter() - began,
        time.process_time() - cpu,
        _cpu_of_others() - others_cpu,
    )
    print(
        f"{'memory' if buses.in_process else 'rabbit'}: {messages / took:,.0f} messages/s, "
        f"CPU per message {used / messages * 1e6:,.0f} µs here "
        f"and {used_by_others / messages * 1e6:,.0f} µs in broker and database, "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )


async def _has_effects(toy: Toy, messages: int) -> bool:
    return bool((await toy.rows("select count(*) = :messages as done from effect", messages=messages))[0].done)


async def _all_published(toy: Toy) -> bool:
    return await toy.unpublished() == 0


def main(bus: str = "rabbit", messages: str = "20000") -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(test_postgres(folder / "pg"))
        broker = stack.enter_context(PrivateBroker(folder / "mq")) if bus == "rabbit" else None

        async def run() -> None:
            buses = Buses(postgres, broker, MovableClock(datetime.now(UTC)))
            await _measure(buses, int(messages))
            await buses.close()

        uvloop.run(run())


if __name__ == "__main__":
    main(*sys.argv[1:])
