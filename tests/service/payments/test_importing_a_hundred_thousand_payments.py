"""The largest file of a large payee is imported while other requests are answered."""

import asyncio
import time
from contextlib import suppress

import pytest

from shared.contracts.payments import DocumentSettled, PaymentMatched
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import ACCOUNT, a_bank_file, a_client, kid_of, pays, upload
from tests.support.service import ServiceUnderTest, StartService

PAYMENTS = 100_000
ANSWERED = 100
"""So many other requests, ten a second, must be answered meanwhile."""

_OPEN_CLAIMS = """
    insert into claim (client_id, document_id, number, customer_id, customer_name, account, kid, document_date,
                       due_date, payable_ore)
    select :client_id, gen_random_uuid(), n, gen_random_uuid(), 'Kunde', :account, kid, '2026-11-01', '2026-12-01',
           12500
    from unnest(cast(:kids as text[])) with ordinality as k(kid, n)
"""


class Others:
    """Requests that are made while the file is imported."""

    def __init__(self, service: ServiceUnderTest, headers: dict[str, str]) -> None:
        self.answered, self.longest_s = 0, 0.0
        self._service, self._headers = service, headers

    async def ask(self) -> None:
        while True:
            before = time.perf_counter()
            answer = await self._service.http.get("/v1/claims", params={"limit": 1}, headers=self._headers)
            assert answer.status_code == 200, answer.text
            self.answered += 1
            self.longest_s = max(self.longest_s, time.perf_counter() - before)
            await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_file_of_100_000_payments_is_imported_while_others_are_answered(start: StartService) -> None:
    service: ServiceUnderTest = await start("payments")
    await service.receives(a_client())
    numbers = range(1, PAYMENTS + 1)
    kids = await asyncio.to_thread(lambda: [kid_of(number) for number in numbers])
    await service.rows(_OPEN_CLAIMS, client_id=CLIENT_ID, account=ACCOUNT, kids=kids)
    data = await asyncio.to_thread(lambda: a_bank_file(*(pays(number) for number in numbers)))
    headers = await service.key(CLIENT_ID)
    others = Others(service, headers)
    asking = asyncio.create_task(others.ask())
    started = time.perf_counter()
    answer = await upload(service, headers, data)
    taken_s = time.perf_counter() - started
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    print(f"{PAYMENTS} payments in {taken_s:.1f} s; {others.answered} others, the slowest in {others.longest_s:.2f} s")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["matched"], answer.json()["matched_ore"]) == (PAYMENTS, PAYMENTS * 12500)
    assert others.answered >= ANSWERED
    again = (await upload(service, headers, data)).json()
    assert again["already_imported"] is True
    for event_type in (PaymentMatched, DocumentSettled):
        [row] = await service.rows("select count(*) from outbox where type = :type", type=event_type.TYPE)
        assert row["count"] == PAYMENTS
    assert not await service.broken()
