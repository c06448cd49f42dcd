"""A pool of real children, started once for all tests of pages."""

from collections.abc import AsyncIterator

import pytest

from services.rendering.adapters.pool import RenderPool, open_pool
from services.rendering.settings import RenderingSettings


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[RenderPool]:
    async with open_pool(RenderingSettings(workers=2)) as opened:
        yield opened
