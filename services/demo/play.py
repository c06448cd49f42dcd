"""Play the diary on a stage of its own, print what happened, keep the papers, and verify."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from services.demo.calendar import Calendar
from services.demo.diary import DIARY, Desk
from services.demo.papers import ledger_text, save_papers, timelines
from services.playground.print_shop import PrintShop
from services.reporting import console, show_findings
from services.stage.calls import post
from services.stage.plan import Plan
from services.stage.seed import CLIENT, register_client
from services.stage.stage import Stage, opened
from services.verify import Finding, verify
from shared.observability import logs
from shared.polling import NotInTime, until

QUIET_WITHIN_S = 60.0


async def play(bus: str, folder: Path | None, data: Path | None) -> bool:
    """True when every entry of the diary came true and every invariant holds afterwards."""
    logs.configure("WARNING", as_json=False)
    papers = (folder or Path("faktura-demo")).absolute()
    papers.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="faktura-demo-") as temporary:
        place = data or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        clock = place / "clock"
        calendar = Calendar(clock)
        calendar.turn_to(DIARY[0].date)
        async with opened(Plan(data=place, bus=bus, clock_offset_file=clock)) as stage:
            return await _play_on(stage, calendar, papers)


async def _play_on(stage: Stage, calendar: Calendar, papers: Path) -> bool:
    try:
        async with _desk(stage, papers) as desk:
            for day in DIARY:
                calendar.turn_to(day.date)
                console.print(f"[bold]{day.date:%d.%m.%Y}[/bold]  {day.title}")
                await day.act(desk)
            findings = await settled(stage)
            _print_out(await timelines(desk), await ledger_text(desk))
            await save_papers(desk, stage.mailbox, papers)
    except NotInTime as missed:
        console.print(f"[red]did not come true:[/] {missed}")
        return False
    console.print(f"\nPDFs, letters and mails are in {papers}\n")
    return show_findings(findings, verbose=True)


@asynccontextmanager
async def _desk(stage: Stage, papers: Path) -> AsyncIterator[Desk]:
    async with stage.api(stage.bureau_key) as bureau:
        _client_id, key = await register_client(bureau, CLIENT)
        shop = await post(bureau, "/v1/api-keys", {"kind": "print_shop", "label": "demo"})
    stage.introduce(key, shop["secret"])
    async with stage.api(key) as api:
        await until(lambda: _key_is_known(stage, key), "the client's key is known everywhere", within_s=QUIET_WITHIN_S)
        yield Desk(api, PrintShop(api, shop["secret"], papers / "letters"))


async def _key_is_known(stage: Stage, key: str) -> bool:
    async with stage.api(key) as api:
        paths = ("/v1/invoices", "/v1/deliveries", "/v1/ledger/entries", "/v1/claims")
        answers = await asyncio.gather(*(api.get(path) for path in paths))
    return all(answer.is_success for answer in answers)


async def settled(stage: Stage) -> Sequence[Finding]:
    """The findings once everything holds, or the last ones when that does not happen in time."""
    findings: Sequence[Finding] = ()

    async def all_hold() -> bool:
        nonlocal findings
        findings = await verify(stage.house, stage.mailbox.message_ids())
        return all(finding.holds for finding in findings)

    try:
        await until(all_hold, "every invariant", within_s=QUIET_WITHIN_S, every_s=0.5)
    except NotInTime:
        console.print("[red]not everything holds[/]")
    return findings


def _print_out(timelines: str, ledger: str) -> None:
    console.print("\n[bold]Timelines[/bold]\n")
    console.print(timelines, markup=False)
    console.print("\n[bold]Ledger[/bold]\n")
    console.print(ledger, markup=False)
