"""Documents per second from confirmed to posted, through the real services, databases, bus and mail server."""

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx2
import sqlalchemy as sa
from rich.progress import Progress

from dev.bench.watch import Watch
from dev.local.calls import post
from dev.local.plan import Plan
from dev.local.seed import CLIENT, CUSTOMERS, register_client
from dev.local.system import LocalSystem, local_system
from dev.playground.print_shop import PrintShop
from dev.polling import until
from services.system import NAMES
from shared.contracts.delivery import DocumentDispatched
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.ledger import EntryPosted
from shared.contracts.rendering import DocumentRendered
from shared.observability import logs

BLOCK = 100
"""Invoices issued in one call, as a bulk run does."""
WRITERS = 8
DONE_WITHIN_S = 1800.0

_CONFIRMED = "select key, created_at from outbox where type = 'documents.document-confirmed.v1'"
_POSTED = "select document_id as key, created_at from entry where source = 'document'"
_EMITTED = (
    "select extract(epoch from min(created_at)), extract(epoch from max(created_at)) from outbox where type = '{}'"
)
_STEPS = (
    ("confirmed", "documents", DocumentConfirmed),
    ("rendered", "rendering", DocumentRendered),
    ("dispatched", "delivery", DocumentDispatched),
    ("posted", "ledger", EntryPosted),
)


@dataclass(frozen=True)
class Counts:
    """Totals over all databases."""

    commits: int
    emitted: int
    received: int


async def measure(documents: int, bus: str, *, without_rendering: bool, channel: str) -> dict[str, Any]:
    """Issue this many invoices in blocks and wait until the last is posted; returns figures under stable keys."""
    logs.configure("WARNING", as_json=False)
    with tempfile.TemporaryDirectory(prefix="faktura-bench-") as folder, Progress() as progress:
        engine = {"FAKTURA_RENDERING_ENGINE": "blank"} if without_rendering else {}
        plan = Plan(data=Path(folder), bus=bus, settings={**engine, "FAKTURA_LOG_LEVEL": "WARNING"})
        async with local_system(plan) as system:
            return await _measure_on(system, documents, channel, progress)


async def _measure_on(system: LocalSystem, documents: int, channel: str, progress: Progress) -> dict[str, Any]:
    async with system.api(system.bureau_key) as bureau, system.api(system.controller_key) as controller:
        _client_id, key = await register_client(bureau, controller, CLIENT)
        shop = await post(bureau, "/v1/api-keys", {"kind": "print_shop", "label": "bench"})
    async with system.api(key) as api:
        customer = await post(api, "/v1/customers", {**CUSTOMERS[0], "channels": [channel]})
        drafts = await _draft(api, customer["id"], documents, progress)
        before = await _counts(system)
        with Watch(_processes(system)) as watch:
            started = time.monotonic()
            printing = (
                asyncio.create_task(_print_letters(api, shop["secret"], system.plan.data))
                if channel == "print"
                else None
            )
            await _issue(api, drafts, progress)
            await _until_posted(system, documents, progress)
            seconds = time.monotonic() - started
        if printing is not None:
            printing.cancel()
        return await _figures(system, documents, seconds, before, watch)


async def _draft(api: httpx2.AsyncClient, customer_id: str, documents: int, progress: Progress) -> list[str]:
    """Drafts to issue; drafting is not part of what is measured."""
    task = progress.add_task("drafting", total=documents)
    drafts = [(await post(api, "/v1/invoices", _invoice(customer_id)))["id"]]

    async def write(share: int) -> None:
        for _ in range(share):
            drafts.append((await post(api, "/v1/invoices", _invoice(customer_id)))["id"])
            progress.advance(task)

    rest = documents - len(drafts)
    await asyncio.gather(*(write(rest // WRITERS + (number < rest % WRITERS)) for number in range(WRITERS)))
    return drafts


def _invoice(customer_id: str) -> dict[str, Any]:
    line = {
        "description": "Drift og vedlikehold",
        "quantity": "1.5",
        "unit": "timer",
        "unit_price": "950",
        "mva_code": "3",
    }
    return {"customer_id": customer_id, "delivered_on": "2026-01-02", "lines": [line, {**line, "quantity": "2"}]}


async def _issue(api: httpx2.AsyncClient, drafts: Sequence[str], progress: Progress) -> None:
    task = progress.add_task("issuing", total=len(drafts))
    for start in range(0, len(drafts), BLOCK):
        block = drafts[start : start + BLOCK]
        await post(api, "/v1/invoices/issue", {"ids": list(block)})
        progress.advance(task, len(block))


async def _print_letters(api: httpx2.AsyncClient, key: str, folder: Path) -> None:
    shop = PrintShop(api, key, folder / "letters")
    while True:
        await shop.print_all()
        await asyncio.sleep(0.1)


async def _until_posted(system: LocalSystem, documents: int, progress: Progress) -> None:
    task = progress.add_task("posting", total=documents)

    async def all_posted() -> bool:
        posted = await asyncio.to_thread(
            _scalar, system, "ledger", "select count(*) from entry where source = 'document'"
        )
        progress.update(task, completed=posted)
        return posted >= documents

    await until(all_posted, "all documents posted", within_s=DONE_WITHIN_S, every_s=0.2)


async def _figures(system: LocalSystem, documents: int, seconds: float, before: Counts, watch: Watch) -> dict[str, Any]:
    after = await _counts(system)
    latencies = await asyncio.to_thread(_latencies_ms, system)
    cuts = quantiles(latencies, n=100, method="inclusive")
    return {
        "documents": documents,
        "bus": system.plan.bus,
        "seconds": seconds,
        "documents_per_second": documents / seconds,
        "latency_ms_p50": cuts[49],
        "latency_ms_p95": cuts[94],
        "latency_ms_p99": cuts[98],
        "messages_emitted_per_document": (after.emitted - before.emitted) / documents,
        "messages_received_per_document": (after.received - before.received) / documents,
        "commits_per_document": (after.commits - before.commits) / documents,
        **await asyncio.to_thread(_last_after_s, system),
        "peak_rss_mb": sum(watch.peaks_mb.values()),
        **{f"peak_rss_mb_{name}": peak for name, peak in watch.peaks_mb.items()},
        **{f"cpu_ms_per_document_{name}": 1000 * spent / documents for name, spent in watch.cpu_s.items()},
    }


def _last_after_s(system: LocalSystem) -> dict[str, float]:
    """When the last document had passed each step, in seconds after the first was confirmed; shows the slow step."""
    spans = {step: _rows(system, service, _EMITTED.format(event.TYPE))[0] for step, service, event in _STEPS}
    started = spans["confirmed"][0]
    return {f"last_{step}_after_s": float(last - started) for step, (_first, last) in spans.items()}


def _processes(system: LocalSystem) -> Mapping[str, int | None]:
    """The processes to watch: one for each service, or only this one."""
    services = {name: process.pid for name, process in system.processes.items()}
    return services or {"all": None}


async def _counts(system: LocalSystem) -> Counts:
    def count() -> Counts:
        emitted = sum(_scalar(system, name, "select count(*) from outbox") for name in NAMES)
        received = sum(_scalar(system, name, "select count(*) from inbox") for name in NAMES)
        commits = _scalar(
            system, NAMES[0], "select sum(xact_commit)::bigint from pg_stat_database where datname like 'faktura_%'"
        )
        return Counts(commits, emitted, received)

    return await asyncio.to_thread(count)


def _latencies_ms(system: LocalSystem) -> list[float]:
    confirmed = dict(_rows(system, "documents", _CONFIRMED))
    return [(posted - confirmed[key]).total_seconds() * 1000 for key, posted in _rows(system, "ledger", _POSTED)]


def _scalar(system: LocalSystem, service: str, query: str) -> int:
    return int(_rows(system, service, query)[0][0])


def _rows(system: LocalSystem, service: str, query: str) -> Sequence[Any]:
    """Query a service's database as its owner."""
    engine = sa.create_engine(system.settings.owner_database(service))
    try:
        with engine.connect() as connection:
            return connection.execute(sa.text(query)).all()
    finally:
        engine.dispose()
