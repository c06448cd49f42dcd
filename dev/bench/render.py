"""How fast the service's pool renders documents, beside a plain loop that calls WeasyPrint once per document.

Both render the same invoices of twelve lines with the same page, style and fonts, as PDF/A-3b.
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

import psutil
from rich.progress import Progress

from services.rendering.adapters.fonts import fonts_in_folder
from services.rendering.adapters.pool import RenderPool, open_pool
from services.rendering.adapters.process import ROOT
from services.rendering.domain.document import Address, Buyer, Document, Line, MvaTotal, Seller
from services.rendering.settings import RenderingSettings
from shared.ids import new_id
from shared.money import line_net_ore
from shared.mva import mva_totals

LINES = 12
PLAIN_LOOP = "dev.bench.plain_loop"
PLAIN_DOCUMENTS_AT_MOST = 100


@dataclass(frozen=True)
class _Run:
    seconds: float
    cpu_s: float
    latencies_s: list[float]
    """Sorted."""
    size_bytes: int


def measure(documents: int, processes: int | None) -> dict[str, float]:
    """The figures of `compare`, with a progress bar; `processes` is one for each core unless given."""
    with Progress() as bar:
        task = bar.add_task("rendering (first the plain loop)", total=documents)
        return compare(documents, processes or os.cpu_count() or 1, lambda: bar.advance(task))


def compare(documents: int, processes: int, on_rendered: Callable[[], None]) -> dict[str, float]:
    """Render `documents` invoices with `processes` children, and at most a hundred of them in a plain loop.

    The figures: documents, processes, cores; documents_per_second of the pool; per_core_per_second (by cores that the
    pool can use at once); plain_loop_per_second of one loop while one runs on each of these cores; ratio of the last
    two; cpu_ms_per_document of the children and plain_cpu_ms_per_document, which a busy machine distorts less;
    latency_ms_p50 and latency_ms_p95 of one document in the pool; bytes_per_document.
    """
    invoices = [an_invoice(number) for number in range(1, documents + 1)]
    cores = min(processes, os.cpu_count() or 1)
    plain_per_second, plain_cpu_s = asyncio.run(_plain_loops(invoices[:PLAIN_DOCUMENTS_AT_MOST], cores))
    run = asyncio.run(_pool_run(invoices, processes, on_rendered))
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
        "latency_ms_p50": round(_percentile(run.latencies_s, 0.50) * 1000, 1),
        "latency_ms_p95": round(_percentile(run.latencies_s, 0.95) * 1000, 1),
        "bytes_per_document": round(run.size_bytes / documents),
    }


async def _plain_loops(invoices: list[Document], cores: int) -> tuple[float, float]:
    """Documents per second of one loop, CPU seconds per document; one loop per core, as the pool fills them."""
    lines = "\n".join(invoice.model_dump_json() for invoice in invoices).encode()
    with fonts_in_folder(RenderingSettings().font_dirs) as fonts:
        measured = await asyncio.gather(*(_plain_loop(lines, fonts) for _ in range(cores)))
    rates, cpu_s = zip(*measured, strict=True)
    return sum(rates) / cores, sum(cpu_s) / cores


async def _plain_loop(lines: bytes, fonts: Path) -> tuple[float, float]:
    """One loop in a process of its own, so that neither it nor the pool warms up the other."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", PLAIN_LOOP),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "FONTCONFIG_FILE": str(fonts)},
    )
    answer, _ = await process.communicate(lines)
    if process.returncode:
        raise RuntimeError(f"the plain loop ended with exit status {process.returncode}")
    per_second, cpu_s = answer.decode().split()
    return float(per_second), float(cpu_s)


async def _pool_run(invoices: list[Document], processes: int, on_rendered: Callable[[], None]) -> _Run:
    async with open_pool(RenderingSettings(workers=processes, recycle_after=len(invoices) + 1)) as pool:
        await asyncio.gather(*(pool.render(invoices[0], None) for _ in range(processes)))
        started, cpu_started = time.perf_counter(), _cpu_s(pool)
        turns = asyncio.Semaphore(processes + 1)
        done = await asyncio.gather(*(_timed(pool, invoice, turns, on_rendered) for invoice in invoices))
        seconds, cpu_s = time.perf_counter() - started, _cpu_s(pool) - cpu_started
    return _Run(seconds, cpu_s, sorted(latency for latency, _ in done), sum(size for _, size in done))


async def _timed(
    pool: RenderPool, invoice: Document, turns: asyncio.Semaphore, on_rendered: Callable[[], None]
) -> tuple[float, int]:
    """Seconds and size in bytes of one rendered document."""
    async with turns:
        started = time.perf_counter()
        file = await pool.render(invoice, None)
        on_rendered()
        return time.perf_counter() - started, len(file.content)


def _cpu_s(pool: RenderPool) -> float:
    return sum(times.user + times.system for times in (psutil.Process(pid).cpu_times() for pid in pool.pids()))


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def an_invoice(number: int) -> Document:
    """An invoice of twelve lines and two rates, with its own id and number."""
    lines = tuple(_line(line_no) for line_no in range(1, LINES + 1))
    totals = mva_totals(lines)
    net_ore, mva_ore = sum(total.base_ore for total in totals), sum(total.mva_ore for total in totals)
    return Document(
        document_id=new_id(),
        kind="invoice",
        number=number,
        document_date=_DATE,
        due_date=_DATE + timedelta(days=14),
        language="nb",
        layout="standard",
        seller=_SELLER,
        buyer=_BUYER,
        customer_number=10042,
        lines=lines,
        mva_totals=tuple(
            MvaTotal(code=total.code, rate=total.rate, net_ore=total.base_ore, mva_ore=total.mva_ore)
            for total in totals
        ),
        net_ore=net_ore,
        mva_ore=mva_ore,
        total_ore=net_ore + mva_ore,
        payable_ore=net_ore + mva_ore,
        account=_SELLER.bank_account,
        kid="01004200201482",
        delivered_on=_DATE,
        delivery_place="Lager 2, Østerås",
        your_reference="Åse Bjørnstad",
        order_number="PO-4711",
    )


def _line(line_no: int) -> Line:
    quantity, price = Decimal(line_no) + Decimal("0.5"), Decimal(100 * line_no) + Decimal("49.90")
    code, rate = ("31", Decimal(15)) if line_no % 4 == 0 else ("3", Decimal(25))
    return Line(
        description=f"Vedlikehold av ventilasjonsanlegg, sone {line_no}",
        quantity=quantity,
        unit="time",
        unit_price=price,
        discount_percent=Decimal(0),
        mva_code=code,
        mva_rate=rate,
        net_ore=line_net_ore(quantity, price),
    )


_DATE = date(2026, 11, 23)
_SELLER = Seller(
    name="Fjordlys Håndverk AS",
    orgnr="974760673",
    mva_registered=True,
    in_foretaksregisteret=True,
    address=Address(lines=("Strandgata 14",), postal_code="6004", city="Ålesund"),
    bank_account="86011117947",
    email="post@fjordlys.example",
    phone="70 10 20 30",
)
_BUYER = Buyer(
    name="Søndre Bærum Byggevarer AS",
    orgnr="923609016",
    address=Address(lines=("Postboks 88",), postal_code="1332", city="Østerås"),
)
