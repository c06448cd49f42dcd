"""A key that has expired is refused by every service, by its own clock."""

from datetime import timedelta

import pytest

from services.system import NAMES
from shared.db.database import Cause
from shared.http.auth import keep_key
from shared.ids import new_id
from tests.support.keys import a_key_changed
from tests.support.permissions import an_address_to_read
from tests.support.service import StartService, once


@pytest.mark.parametrize("name", NAMES)
async def test_a_service_refuses_a_key_from_the_moment_it_expires(start: StartService, name: str) -> None:
    service = await start(name)
    key, secret = a_key_changed(expires_at=service.clock.now() + timedelta(days=1))
    async with service.runtime.database.unit(Cause("test")) as work:
        await keep_key(work, key)
    headers = once({"Authorization": f"Bearer {secret}", "Faktura-Client": str(new_id())})
    address = an_address_to_read(name)
    assert (await service.http.get(address, headers=headers)).status_code != 401
    before = await service.contents()
    service.clock.advance(timedelta(days=1))
    assert (await service.http.get(address, headers=headers)).status_code == 401
    assert await service.contents() == before
