"""Play the diary on a local system, print what happened, save the papers, and verify."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from cli.console import console, show_findings
from cli.findings import Finding
from cli.verify import verify
from dev.demo.calendar import Calendar
from dev.demo.diary import DIARY, DemoClient
from dev.demo.papers import ledger_text, save_papers, timelines
from dev.local.calls import post
from dev.local.plan import Plan
from dev.local.seed import CLIENT, register_client
from dev.local.system import LocalSystem, local_system
from dev.playground.print_shop import PrintShop
from dev.polling import NotInTime, until
from shared.observability import logs

QUIET_WITHIN_S = 60.0


async def play(bus: str, folder: Path | None, data: Path | None) -> bool:
    """True when everything in the diary happened and every invariant holds afterwards."""
    logs.configure("WARNING", as_json=False)
    papers = (folder or Path("faktura-demo")).absolute()
    papers.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="faktura-demo-") as temporary:
        data_folder = data or Path(temporary)
        data_folder.mkdir(parents=True, exist_ok=True)
        clock = data_folder / "clock"
        calendar = Calendar(clock)
        calendar.turn_to(DIARY[0].date)
        async with local_system(Plan(data=data_folder, bus=bus, clock_offset_file=clock)) as system:
            return await play_on(system, calendar, papers)


async def play_on(system: LocalSystem, calendar: Calendar, papers: Path) -> bool:
    """Play the diary on a system whose clock this calendar moves; true when all of it happened and everything holds."""
    try:
        async with _demo_client(system, papers) as client:
            for day in DIARY:
                calendar.turn_to(day.date)
                console.print(f"[bold]{day.date:%d.%m.%Y}[/bold]  {day.title}")
                await day.act(client)
            findings = await settled(system)
            _print_texts(await timelines(client), await ledger_text(client))
            await save_papers(client, system.mailbox, papers)
    except NotInTime as missed:
        console.print(f"[red]did not happen:[/] {missed}")
        return False
    console.print(f"\nPDFs, letters and mails are in {papers}\n")
    show_findings(findings, every=True)
    return all(finding.holds for finding in findings)


@asynccontextmanager
async def _demo_client(system: LocalSystem, papers: Path) -> AsyncIterator[DemoClient]:
    async with system.api(system.bureau_key) as bureau, system.api(system.controller_key) as controller:
        _client_id, key = await register_client(bureau, controller, CLIENT)
        shop = await post(bureau, "/v1/api-keys", {"kind": "print_shop", "label": "demo"})
    system.set_keys(key, shop["secret"])
    async with system.api(key) as api:
        yield DemoClient(api, PrintShop(api, shop["secret"], papers / "letters"))


async def settled(system: LocalSystem) -> Sequence[Finding]:
    """The findings once everything holds, or the last ones at the deadline."""
    findings: Sequence[Finding] = ()

    async def all_hold() -> bool:
        nonlocal findings
        findings = await verify(system.settings, system.mailbox.message_ids())
        return all(finding.holds for finding in findings)

    try:
        await until(all_hold, "every invariant", within_s=QUIET_WITHIN_S, every_s=0.5)
    except NotInTime:
        console.print("[red]not everything holds[/]")
    return findings


def _print_texts(timelines: str, ledger: str) -> None:
    console.print("\n[bold]Timelines[/bold]\n")
    console.print(timelines, markup=False)
    console.print("\n[bold]Ledger[/bold]\n")
    console.print(ledger, markup=False)
