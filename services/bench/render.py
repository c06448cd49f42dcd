"""Invoices rendered per second and core by the service's own pool, beside a plain loop over WeasyPrint in the same
run."""

import os
from typing import Any

from services.rendering.bench import render_bench


def measure(documents: int, processes: int | None) -> dict[str, Any]:
    """Figures under stable keys; `processes` is the size of the pool, by default one for each core."""
    return dict(render_bench(documents, processes or os.cpu_count() or 1))
