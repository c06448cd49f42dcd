"""Play the diary on a local system, print what happened, save the papers, and verify."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from cli.console import console, show_findings
from cli.findings import Finding
from cli.verify import verify
from dev.demo.balances import Balances, agreed_balances
from dev.demo.calendar import Calendar
from dev.demo.diary import DIARY, DemoClient
from dev.demo.papers import save_papers, timelines
from dev.local.calls import post
from dev.local.plan import Plan
from dev.local.seed import CLIENT, register_client
from dev.local.system import LocalSystem, local_system
from dev.playground.print_shop import PrintShop
from dev.polling import NotInTime, until
from shared.money import format_ore
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
                _print_balances(await agreed_balances(client))
            findings = await settled(system)
            console.print(f"\n{await timelines(client)}", markup=False)
            await save_papers(client, system.mailbox, papers)
    except NotInTime as missed:
        console.print(f"[red]did not happen:[/] {missed}")
        return False
    console.print(f"\nPDF-er, brev, e-post, tidslinjer og hovedbok ligger i {papers}")
    show_findings(findings)
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


def _print_balances(balances: Balances) -> None:
    if balances.bank_ore:
        bank, clearing = format_ore(balances.bank_ore, "nb"), format_ore(-balances.clearing_ore, "nb")
        console.print(f"            Bankens filer {bank} = konto 1920, uavklart på 2990 {clearing}")
