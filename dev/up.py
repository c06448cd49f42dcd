"""`./faktura up`: the whole system on this machine, with a mailbox, a print shop and a bank to try it with."""

import asyncio
import signal
import time
from pathlib import Path

from rich.console import Console

from cli.run import OBJECTS_BETWEEN_COLLECTIONS
from dev.local.plan import Plan
from dev.local.seed import DemoKeys, seed, stored_keys
from dev.local.system import LocalSystem, local_system
from shared.garbage import collect_rarely
from shared.observability import logs

_console = Console(highlight=False, soft_wrap=True)


async def up(data: Path, bus: str, port: int, log_level: str = "WARNING") -> None:
    """Run until Ctrl-C or SIGTERM; work in flight is finished, the rest continues at the next start."""
    started = time.monotonic()
    stop = _stop_signal()
    logs.configure(log_level, as_json=False)
    _console.print(f"Starting; the data is in {data}. Ctrl-C stops.")
    keys_file = data / "keys.json"
    keys = stored_keys(keys_file)
    async with local_system(Plan(data=data, bus=bus, port=port), keys.of_bureau) as system:
        keys = await seed(system, keys, keys_file)
        system.set_keys(keys.client, keys.print_shop)
        collect_rarely(OBJECTS_BETWEEN_COLLECTIONS)
        _greet(system, keys, time.monotonic() - started)
        await stop.wait()
        _console.print("Stopping: finishing what is in flight …")


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _greet(system: LocalSystem, keys: DemoKeys, seconds: float) -> None:
    _console.print(f"\n[bold]Fakturaservice is up[/bold] ({seconds:.1f} s)\n")
    _console.print(f"  Try it      {system.address}/         issue, print, pay, and see what was mailed")
    _console.print(f"  API         {system.address}/docs")
    _console.print(f"  Mailbox     {system.address}/mailbox")
    _console.print(f"  Client key  {keys.client}   (Fjordlys Elektro AS)")
    _console.print(f"  Bureau key  {keys.bureau}")
    _console.print(f"  Controller  {keys.controller}   (approves what takes two persons)\n")
    _console.print(f'  curl -H "Authorization: Bearer {keys.client}" {system.address}/v1/customers\n')
