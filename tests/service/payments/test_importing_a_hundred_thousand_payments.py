"""The largest file of a large payee is imported while other requests are answered."""

import asyncio
import time

import pytest

from shared.contracts.payments import DocumentSettled, PaymentMatched
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import ACCOUNT, a_bank_file, a_client, kid_of, pays, upload
from tests.support.service import ServiceUnderTest, StartService

PAYMENTS = 100_000
LONGEST_PAUSE_S = 0.5
"""A tenth of a second on an idle machine; tests share one."""

_OPEN_CLAIMS = """
    insert into claim (client_id, document_id, number, customer_id, customer_name, account, kid, document_date,
                       due_date, payable_ore)
    select :client_id, gen_random_uuid(), n, gen_random_uuid(), 'Kunde', :account, kid, '2026-11-01', '2026-12-01',
           12500
    from unnest(cast(:kids as text[])) with ordinality as k(kid, n)
"""


class Pauses:
    """Measures for how long the event loop is blocked."""

    def __init__(self) -> None:
        self.longest_s = 0.0

    async def watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            self.longest_s = max(self.longest_s, time.perf_counter() - before - 0.005)


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
    pauses = Pauses()
    watching = asyncio.create_task(pauses.watch())
    started = time.perf_counter()
    answer = await upload(service, headers, data)
    taken_s = time.perf_counter() - started
    watching.cancel()
    print(f"{PAYMENTS} payments in {taken_s:.1f} s; longest pause of the event loop {pauses.longest_s * 1000:.0f} ms")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["matched"], answer.json()["matched_ore"]) == (PAYMENTS, PAYMENTS * 12500)
    assert pauses.longest_s < LONGEST_PAUSE_S
    again = (await upload(service, headers, data)).json()
    assert again["already_imported"] is True
    for event_type in (PaymentMatched, DocumentSettled):
        [row] = await service.rows("select count(*) from outbox where type = :type", type=event_type.TYPE)
        assert row["count"] == PAYMENTS
    assert not await service.broken()
