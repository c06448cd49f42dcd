"""Invoices rendered per second and core by the service's own pool, beside a plain loop over WeasyPrint in the same
run."""

import os
from typing import Any

from rich.progress import Progress

from dev.bench.rendering import render_bench


def measure(documents: int, processes: int | None) -> dict[str, Any]:
    """Figures under stable keys; `processes` is the size of the pool, by default one for each core."""
    with Progress() as bar:
        task = bar.add_task("rendering (first the plain loop)", total=documents)
        figures = render_bench(documents, processes or os.cpu_count() or 1, lambda done: bar.advance(task, done))
    return dict(figures)
