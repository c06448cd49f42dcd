"""Output of the command line: tables for people, JSON files for machines."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.findings import Finding

console = Console(highlight=False, soft_wrap=True)
SHOWN = 20
"""Lines of one check that are printed; the rest are counted."""


def show(text: str) -> None:
    """Print text as it is, from messages that anyone may have sent: control characters, which could command the
    terminal, are escaped."""
    visible = "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode() for char in text
    )
    console.print(visible, markup=False)


def show_findings(findings: Sequence[Finding], *, every: bool = False) -> bool:
    """Print what is broken and what is under way, or every check; True when nothing is broken."""
    broken = [finding for finding in findings if finding.broken]
    for finding in findings if every else ():
        console.print(f"  {_verdict(finding)}  {finding.scope}: {finding.name} – {finding.promise}")
    for finding in broken:
        _show_broken(finding)
    console.print(f"verify: {len(findings)} checks, {len(broken)} broken")
    for finding in findings:
        if finding.story:
            show(f"  under way: {finding.story}")
    return not broken


def _verdict(finding: Finding) -> str:
    if finding.broken:
        return "[red]BROKEN[/]"
    return f"[yellow]{finding.under_way} under way[/]" if finding.under_way else "[green]holds[/]"


def _show_broken(finding: Finding) -> None:
    console.print(f"[red]BROKEN[/] {finding.scope}: {finding.name} – {finding.promise}")
    for line in finding.broken[:SHOWN]:
        show(f"    {line}")
    if len(finding.broken) > SHOWN:
        console.print(f"    … and {len(finding.broken) - SHOWN} more")


def show_figures(title: str, figures: Mapping[str, Any]) -> None:
    """Print a table of figures under their stable keys."""
    table = Table(title=title)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for key, value in figures.items():
        table.add_row(key, f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value))
    console.print(table)


def write_figures(file: Path | None, figures: Mapping[str, Any]) -> None:
    """Write the figures as JSON, if a file was named."""
    if file is not None:
        file.write_text(json.dumps(figures, indent=2, ensure_ascii=False, default=str) + "\n")
