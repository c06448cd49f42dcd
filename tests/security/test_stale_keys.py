"""A revoked key works no longer than a bound, even where nothing comes of its revocation: no news, no keys."""

from dataclasses import dataclass, field

import httpx2
import pytest

from services.customers.usecases.announce_keys import announce_keys
from services.customers.usecases.issue_bureau_key import issue_bureau_key
from services.customers.usecases.revoke_key import revoke_key
from services.system import NAMES
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent
from shared.contracts.envelope import Envelope
from shared.db.database import Cause
from shared.ids import new_id
from tests.support.permissions import an_address_to_read
from tests.support.service import ServiceUnderTest, StartService, once

OTHERS = [name for name in NAMES if name != "customers"]
KEY_EVENTS = (ApiKeyChanged.TYPE, ApiKeysCurrent.TYPE)


@dataclass
class Bureau:
    """Customers, where keys are issued and revoked, and another service; the test carries the events between them."""

    customers: ServiceUnderTest
    other: ServiceUnderTest
    headers: dict[str, str] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)

    async def issue(self) -> str:
        async with self.customers.runtime.database.unit(Cause("test")) as work:
            issued = await issue_bureau_key(work, "Byrået")
        self.headers = {"Authorization": f"Bearer {issued.secret}", "Faktura-Client": str(new_id())}
        return str(issued.key.key_id)

    async def revoke(self) -> None:
        [key] = await self.customers.rows("select key_id from issued_key")
        async with self.customers.runtime.database.unit(Cause("test")) as work:
            await revoke_key(work, None, key["key_id"], by=new_id())

    async def announce(self) -> None:
        async with self.customers.runtime.database.unit(Cause("test")) as work:
            await announce_keys(work)

    async def carry(self, types: tuple[str, ...] = KEY_EVENTS) -> None:
        """Deliver what customers has emitted since; what is of other types is lost."""
        for row in await self.customers.rows("select event_id, type, body from outbox order by id"):
            if row["type"] in KEY_EVENTS and row["event_id"] not in self.carried:
                self.carried.add(row["event_id"])
                if row["type"] in types:
                    await self.other.receives_envelope(Envelope.model_validate_json(row["body"]))

    async def minutes_pass(self, minutes: int) -> None:
        """By the clock of the other service's database."""
        await self.other.rows("update key_news set fresh_at = fresh_at - make_interval(mins => :m)", m=minutes)

    async def call(self) -> httpx2.Response:
        address = an_address_to_read(self.other.runtime.name)
        return await self.other.http.get(address, headers=once(self.headers))

    async def refuses(self) -> bool:
        answer = await self.call()
        if answer.status_code != 503:
            return False
        assert answer.json()["code"] == "key-news-stale"
        assert answer.json()["retryable"]
        return int(answer.headers["Retry-After"]) > 0


async def _bureau(start: StartService, name: str) -> Bureau:
    """With a key that the other service knows, and fresh news."""
    bureau = Bureau(await start("customers"), await start(name))
    await bureau.issue()
    await bureau.announce()
    await bureau.carry()
    return bureau


@pytest.mark.parametrize("name", OTHERS)
async def test_a_key_revoked_while_the_broker_is_away_is_refused_after_the_bound(
    start: StartService, name: str
) -> None:
    bureau = await _bureau(start, name)
    await bureau.revoke()
    await bureau.minutes_pass(14)
    assert (await bureau.call()).status_code not in {401, 403, 503}
    await bureau.minutes_pass(2)
    before = await bureau.other.contents()
    assert await bureau.refuses()
    assert await bureau.other.contents() == before


async def test_the_service_accepts_keys_again_by_itself_when_news_comes(start: StartService) -> None:
    bureau = await _bureau(start, "payments")
    await bureau.minutes_pass(60)
    assert await bureau.refuses()
    await bureau.announce()
    await bureau.carry()
    assert (await bureau.call()).status_code == 200


async def test_the_revoked_key_is_unknown_once_the_revocation_comes(start: StartService) -> None:
    bureau = await _bureau(start, "payments")
    await bureau.revoke()
    await bureau.minutes_pass(60)
    await bureau.announce()
    await bureau.carry()
    assert (await bureau.call()).status_code == 401


async def test_news_does_not_count_while_the_change_of_a_key_is_missing(start: StartService) -> None:
    bureau = await _bureau(start, "payments")
    await bureau.revoke()
    await bureau.announce()
    await bureau.carry((ApiKeysCurrent.TYPE,))
    await bureau.minutes_pass(16)
    assert await bureau.refuses()


async def test_news_that_was_long_under_way_is_as_old_as_it_is(start: StartService) -> None:
    bureau = await _bureau(start, "payments")
    *_, late = await bureau.customers.emitted(ApiKeysCurrent)
    await bureau.minutes_pass(16)
    await bureau.other.receives(late.model_copy(update={"at": late.at.replace(year=2020)}))
    assert await bureau.refuses()


async def test_a_new_service_accepts_keys_before_its_first_news(start: StartService) -> None:
    payments = await start("payments")
    headers = await payments.key(new_id())
    assert (await payments.http.get("/v1/payments", headers=headers)).status_code == 200


async def test_a_first_news_that_finds_the_copy_incomplete_starts_the_bound(start: StartService) -> None:
    bureau = Bureau(await start("customers"), await start("payments"))
    await bureau.issue()
    await bureau.carry()
    await bureau.revoke()
    await bureau.announce()
    await bureau.carry((ApiKeysCurrent.TYPE,))
    assert (await bureau.call()).status_code == 200
    await bureau.minutes_pass(16)
    assert await bureau.refuses()


async def test_customers_owns_the_keys_and_is_never_stale(start: StartService) -> None:
    bureau = await _bureau(start, "payments")
    assert await bureau.customers.rows("select * from key_news") == []
    assert (await bureau.customers.http.get("/v1/clients", headers=bureau.headers)).status_code == 200


async def test_the_age_of_the_news_is_a_metric_and_a_moved_clock_does_not_change_it(start: StartService) -> None:
    bureau = await _bureau(start, "payments")
    bureau.other.clock.move_to(bureau.other.clock.now().replace(year=2030))
    await bureau.minutes_pass(10)
    assert 600 <= await bureau.other.metric('faktura_key_news_age_seconds{service="payments"}') < 660
