"""What every test of the payments service may ask when its story is over."""

from typing import Any

from services.payments.invariants import INVARIANTS
from tests.support.service import ServiceUnderTest


async def broken_invariants(service: ServiceUnderTest) -> dict[str, list[dict[str, Any]]]:
    """Name of the invariant and the rows that break it; empty when all is well."""
    found = {}
    for invariant in INVARIANTS:
        assert isinstance(invariant.violations, str)
        rows = await service.rows(invariant.violations)
        if rows:
            found[invariant.name] = [dict(row) for row in rows]
    return found
