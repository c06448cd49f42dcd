"""A running service: database, bus, pumps, relay, retry worker and jobs, started and stopped in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Generic, TypeVar

import structlog

from shared.clock import Clock
from shared.db.database import Database
from shared.db.engine import open_engine
from shared.messaging.bus import Bus, Listener
from shared.messaging.pipeline import Pipeline
from shared.messaging.pump import Pump
from shared.messaging.relay import Relay
from shared.messaging.retry import retry_waiting
from shared.messaging.subscription import Subscription
from shared.messaging.topology import consumer_name
from shared.retention import keep_pruning
from shared.service import Host, Job, JobContext, Service
from shared.settings import CommonSettings

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Runtime(Generic[T]):
    """One service in one process. `T` is the type of its tools: the adapters that `attach` opens."""

    def __init__(self, service: Service[T], settings: CommonSettings, clock: Clock, bus: Bus) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock
        self.bus = bus
        engine = open_engine(
            settings.database(service.name), application=service.name, pool_size=settings.database_pool
        )
        self.database = Database(engine, service.tables.tables["outbox"], clock)
        self._tools: T | None = None
        self._alarms: list[asyncio.Event] = []
        self._open_tools = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._pumps: list[Pump[T]] = []
        self._relay = Relay(service.name, engine, bus)

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def tools(self) -> T:
        """The opened adapters, available from `attach` on."""
        assert self._tools is not None, f"{self.name} is not attached"
        return self._tools

    async def start(self) -> None:
        """Attach and begin, for a service that is alone in its process."""
        await self.attach()
        self.begin()

    async def attach(self) -> None:
        """Open the adapters and subscribe. On the in-process bus every service must attach before the first begins."""
        host = Host(self.settings, self.clock, self.wake_jobs)
        self._tools = await self._open_tools.enter_async_context(self.service.open_tools(host))
        self.database.on_events_committed(self._relay.wake)
        self._pumps = [Pump(self._pipeline(subscription)) for subscription in self.service.subscriptions]
        for pump in self._pumps:
            pump.start()
        await self.bus.listen([self._listener(pump) for pump in self._pumps])

    def begin(self) -> None:
        """Start the relay, the retry worker and the jobs."""
        pipelines = {pipeline.consumer: pipeline for pipeline in self.pipelines}
        self._relaying = asyncio.create_task(self._relay.run(), name=f"{self.name}-relay")
        self._spawn(retry_waiting(self.database, pipelines, self.settings.retry_pause_s), "retry")
        self._spawn(keep_pruning(self.name, self.database, self.settings), "retention")
        for job in self.service.jobs:
            for number in range(job.workers):
                self._spawn(self._repeat(job), f"{job.name}-{number}")

    @property
    def pipelines(self) -> list[Pipeline[T]]:
        """One for each subscription."""
        return [pump.pipeline for pump in self._pumps]

    def pipeline(self, consumer: str) -> Pipeline[T] | None:
        """The pipeline of one consumer, by name."""
        return next((pipeline for pipeline in self.pipelines if pipeline.consumer == consumer), None)

    def relay_beating(self) -> bool:
        """Whether events that are committed will be published, for the readiness check."""
        return not self._relaying.done() and self._relay.beating()

    def wake_jobs(self) -> None:
        """Start a round of each job that has no interval of its own: there is work."""
        for alarm in self._alarms:
            alarm.set()

    async def stop(self) -> None:
        """Stop receiving, finish the current work within the drain time, close in order. Whoever opened the bus closes
        it."""
        await self.bus.stop_listening()
        await self._within_drain_time(asyncio.gather(*(pump.drain() for pump in self._pumps)), "deliveries")
        for pump in self._pumps:
            await pump.stop()
        await _cancel(self._tasks)
        self._relay.stop()
        await self._within_drain_time(asyncio.shield(self._relaying), "relay")
        await _cancel([self._relaying])
        await self._open_tools.aclose()
        await self.database.close()

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    def _pipeline(self, subscription: Subscription[T]) -> Pipeline[T]:
        return Pipeline(consumer_name(self.name, subscription.event.TYPE), subscription, self.database, self.tools)

    def _listener(self, pump: Pump[T]) -> Listener:
        pipeline = pump.pipeline
        return Listener(pipeline.consumer, pipeline.subscription.event.TYPE, pipeline.prefetch, pump.receive)

    async def _repeat(self, job: Job[T]) -> None:
        pause_s = job.every.total_seconds() if job.every else self.settings.job_pause_s
        alarm = asyncio.Event()
        if job.every is None:
            self._alarms.append(alarm)
        context = JobContext(self.database, self.tools)
        while True:
            alarm.clear()
            if not await self._run_once(job, context):
                await _wait_for(alarm, pause_s)

    async def _run_once(self, job: Job[T], context: JobContext[T]) -> int:
        try:
            return await job.run(context)
        except Exception as error:
            _log.exception("job_failed", service=self.name, job=job.name, error=type(error).__name__)
            return 0

    async def _within_drain_time(self, work: Awaitable[object], what: str) -> None:
        try:
            await asyncio.wait_for(work, self.settings.drain_s)
        except TimeoutError:
            _log.warning("not_drained_in_time", service=self.name, what=what)


@asynccontextmanager
async def running(service: Service[T], settings: CommonSettings, clock: Clock, bus: Bus) -> AsyncIterator[Runtime[T]]:
    """Start the service, and stop it whatever happens."""
    runtime = Runtime(service, settings, clock, bus)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _wait_for(alarm: asyncio.Event, pause_s: float) -> None:
    """Return when the alarm goes off or the pause is over."""
    with suppress(TimeoutError):
        await asyncio.wait_for(alarm.wait(), pause_s)
