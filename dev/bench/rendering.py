"""How fast documents are rendered: the pool beside a plain loop that calls WeasyPrint once per document, in one run.

Both set the same invoices of twelve lines with the same page, style and fonts, as PDF/A-3b.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psutil

from services.rendering.adapters.fonts import fonts_in_folder
from services.rendering.adapters.pool import RenderPool, open_pool
from services.rendering.adapters.process import ROOT
from services.rendering.settings import RenderingSettings
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import Buyer, DeliveryAgreement, DocumentSummary, Line, MvaTotal, PostalAddress, Seller
from shared.ids import new_id
from shared.money import line_net_ore
from shared.mva import mva_totals

LINES = 12
PLAIN_LOOP = "dev.bench.plain_loop"
PLAIN_DOCUMENTS_AT_MOST = 100
Progress = Callable[[int], None]
"""Called with how many documents were finished just now."""


@dataclass(frozen=True)
class _Run:
    seconds: float
    cpu_s: float
    latencies_s: list[float]
    size_bytes: int


def render_bench(documents: int, processes: int, progress: Progress = lambda _done: None) -> dict[str, float]:
    """Render `documents` invoices with `processes` children, and a share of them in a plain loop.

    The figures: documents, processes, cores; documents_per_second of the pool; per_core_per_second (by cores that the
    pool can use at once); plain_loop_per_second of one loop while one runs on each of these cores; ratio of the two
    last; cpu_ms_per_document of the children and plain_cpu_ms_per_document, which a busy machine blurs less;
    latency_ms_p50 and latency_ms_p95 of one document in the pool; bytes_per_document.
    """
    events = [an_invoice(number) for number in range(1, documents + 1)]
    cores = min(processes, os.cpu_count() or 1)
    plain_per_second, plain_cpu_s = asyncio.run(_plain_loops(events[:PLAIN_DOCUMENTS_AT_MOST], cores))
    run = asyncio.run(_pool_run(events, processes, progress))
    per_core = documents / run.seconds / cores
    return {
        "documents": documents,
        "processes": processes,
        "cores": cores,
        "documents_per_second": round(documents / run.seconds, 2),
        "per_core_per_second": round(per_core, 2),
        "plain_loop_per_second": round(plain_per_second, 2),
        "ratio": round(per_core / plain_per_second, 3),
        "cpu_ms_per_document": round(run.cpu_s / documents * 1000, 1),
        "plain_cpu_ms_per_document": round(plain_cpu_s * 1000, 1),
        "latency_ms_p50": round(_share(run.latencies_s, 0.50) * 1000, 1),
        "latency_ms_p95": round(_share(run.latencies_s, 0.95) * 1000, 1),
        "bytes_per_document": round(run.size_bytes / documents),
    }


def an_invoice(number: int) -> DocumentConfirmed:
    """An invoice of twelve lines and two rates, each with a number of its own."""
    lines = tuple(_line(line_no) for line_no in range(1, LINES + 1))
    totals = tuple(
        MvaTotal(code=one.code, rate=one.rate, net_ore=one.base_ore, mva_ore=one.mva_ore) for one in mva_totals(lines)
    )
    return DocumentConfirmed(
        client_id=_CLIENT,
        document=_summary(number, totals),
        seller=_SELLER,
        buyer=_BUYER,
        delivery=DeliveryAgreement(channels=("print",)),
        lines=lines,
        delivered_on=_DATE,
        delivery_place="Lager 2, Østerås",
        your_reference="Åse Bjørnstad",
        order_number="PO-4711",
    )


async def _plain_loops(events: list[DocumentConfirmed], cores: int) -> tuple[float, float]:
    """Documents per second of one loop, CPU seconds per document; a loop on each core, as the pool fills them."""
    said = "\n".join(event.model_dump_json() for event in events).encode()
    with fonts_in_folder(RenderingSettings().font_dirs) as configuration:
        measured = await asyncio.gather(*(_plain_loop(said, configuration) for _ in range(cores)))
    rates, cpu_s = zip(*measured, strict=True)
    return sum(rates) / cores, sum(cpu_s) / cores


async def _plain_loop(said: bytes, fonts: Path) -> tuple[float, float]:
    """One loop in a process of its own: neither it nor the pool warms up the other."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", PLAIN_LOOP),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "FONTCONFIG_FILE": str(fonts)},
    )
    answer, _ = await process.communicate(said)
    if process.returncode:
        raise RuntimeError(f"the plain loop ended with exit status {process.returncode}")
    per_second, cpu_s = answer.decode().split()
    return float(per_second), float(cpu_s)


async def _pool_run(events: list[DocumentConfirmed], processes: int, progress: Progress) -> _Run:
    async with open_pool(RenderingSettings(workers=processes, recycle_after=len(events) + 1)) as pool:
        await asyncio.gather(*(pool.render(events[0], None) for _ in range(processes)))
        started, cpu_started = time.perf_counter(), _cpu_s(pool)
        turns = asyncio.Semaphore(processes + 1)
        done = await asyncio.gather(*(_one(pool, event, turns, progress) for event in events))
        seconds, cpu_s = time.perf_counter() - started, _cpu_s(pool) - cpu_started
    return _Run(seconds, cpu_s, sorted(latency for latency, _ in done), sum(size for _, size in done))


def _cpu_s(pool: RenderPool) -> float:
    times = [psutil.Process(pid).cpu_times() for pid in pool.pids()]
    return sum(one.user + one.system for one in times)


async def _one(
    pool: RenderPool, event: DocumentConfirmed, turns: asyncio.Semaphore, progress: Progress
) -> tuple[float, int]:
    async with turns:
        started = time.perf_counter()
        rendered = await pool.render(event, None)
        progress(1)
        return time.perf_counter() - started, len(rendered.content)


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _line(line_no: int) -> Line:
    quantity, price = Decimal(line_no) + Decimal("0.5"), Decimal(100 * line_no) + Decimal("49.90")
    code, rate = ("31", Decimal(15)) if line_no % 4 == 0 else ("3", Decimal(25))
    return Line(
        line_no=line_no,
        description=f"Vedlikehold av ventilasjonsanlegg, sone {line_no}",
        quantity=quantity,
        unit="time",
        unit_price=price,
        mva_code=code,
        mva_rate=rate,
        net_ore=line_net_ore(quantity, price),
    )


def _summary(number: int, totals: tuple[MvaTotal, ...]) -> DocumentSummary:
    net_ore, mva_ore = sum(one.net_ore for one in totals), sum(one.mva_ore for one in totals)
    return DocumentSummary(
        document_id=new_id(),
        client_id=_CLIENT,
        kind="invoice",
        series="invoice",
        number=number,
        document_date=_DATE,
        due_date=_DATE + timedelta(days=14),
        language="nb",
        customer_id=_BUYER.customer_id,
        customer_number=_BUYER.customer_number,
        customer_name=_BUYER.name,
        account=_SELLER.bank_account,
        kid="01004200201482",
        mva_totals=totals,
        net_ore=net_ore,
        mva_ore=mva_ore,
        total_ore=net_ore + mva_ore,
        payable_ore=net_ore + mva_ore,
    )


_CLIENT = UUID(int=1)
_DATE = date(2026, 11, 23)
_SELLER = Seller(
    name="Fjordlys Håndverk AS",
    orgnr="974760673",
    legal_form="AS",
    mva_registered=True,
    in_foretaksregisteret=True,
    address=PostalAddress(lines=("Strandgata 14",), postal_code="6004", city="Ålesund"),
    bank_account="86011117947",
    email="post@fjordlys.example",
    phone="70 10 20 30",
)
_BUYER = Buyer(
    customer_id=UUID(int=2),
    customer_number=10042,
    name="Søndre Bærum Byggevarer AS",
    orgnr="923609016",
    is_business=True,
    address=PostalAddress(lines=("Postboks 88",), postal_code="1332", city="Østerås"),
)
