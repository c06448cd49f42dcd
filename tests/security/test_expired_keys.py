"""A key that has expired is refused by every service, by its own clock."""

from datetime import timedelta

import pytest

from services.system import NAMES
from shared.contracts.customers import ApiKeyChanged
from shared.db.database import Cause
from shared.http.auth import FULL_SCOPES, hash_secret, keep_key, new_secret
from shared.ids import new_id
from tests.security.test_authorization import contents, permissions_of
from tests.support.service import StartService, once


@pytest.mark.parametrize("name", NAMES)
async def test_a_service_refuses_a_key_from_the_moment_it_expires(start: StartService, name: str) -> None:
    service = await start(name)
    secret = new_secret(live=False)
    key = ApiKeyChanged(
        client_id=None,
        key_id=new_id(),
        version=1,
        kind="bureau",
        secret_sha256=hash_secret(secret),
        scopes=FULL_SCOPES["bureau"],
        active=True,
        expires_at=service.clock.now() + timedelta(days=1),
    )
    async with service.runtime.database.unit(Cause("test")) as work:
        await keep_key(work, key)
    path = next(permission.path for permission in permissions_of(name) if permission.method == "GET")
    headers = once({"Authorization": f"Bearer {secret}", "Faktura-Client": str(new_id())})
    address = path.replace("{", "").replace("}", "")
    assert (await service.http.get(address, headers=headers)).status_code != 401
    before = await contents(service)
    service.clock.advance(timedelta(days=1))
    assert (await service.http.get(address, headers=headers)).status_code == 401
    assert await contents(service) == before
