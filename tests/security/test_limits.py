"""Too many requests, too many at once, too many wrong keys, and bodies that come too slowly."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import Request
from starlette.requests import ClientDisconnect

from shared.db.database import Database
from shared.http.auth import KeyNews, Principal, authenticate
from shared.http.limits import JsonRoute
from shared.http.throttle import _address
from shared.ids import new_id
from tests.support.service import ServiceUnderTest, StartService, once

JSON = {"Content-Type": "application/json"}
HARDLY_EVER = 0.001
"""Requests per second: nothing is refilled while a test runs."""


async def status(service: ServiceUnderTest, headers: dict[str, str]) -> tuple[int, str | None]:
    """The status of a harmless call, and the code of its problem."""
    answer = await service.http.get("/v1/invoices", headers=headers)
    return answer.status_code, answer.json().get("code")


async def test_a_key_that_sends_too_many_requests_must_wait_and_others_need_not(start: StartService) -> None:
    documents = await start("documents", requests_per_s=HARDLY_EVER, requests_burst=2)
    key, other = await documents.key(new_id()), await documents.key(new_id())
    answers = [await documents.http.get("/v1/invoices", headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "too-many-requests"
    assert answers[-1].json()["retryable"]
    assert int(answers[-1].headers["retry-after"]) > 900
    assert await status(documents, other) == (200, None)


async def test_a_client_gets_no_more_requests_by_more_keys(start: StartService) -> None:
    documents = await start("documents", requests_per_s=HARDLY_EVER, requests_burst=2)
    client_id = new_id()
    keys = [await documents.key(client_id) for _ in range(3)]
    assert [(await status(documents, key))[0] for key in keys] == [200, 200, 429]


async def test_a_bureau_key_gets_no_more_requests_by_naming_other_clients(start: StartService) -> None:
    documents = await start("documents", requests_per_s=HARDLY_EVER, requests_burst=2)
    key = await documents.key(None, "bureau")
    answers = [await status(documents, key | {"Faktura-Client": str(new_id())}) for _ in range(3)]
    assert [code for code, _ in answers] == [200, 200, 429]


async def test_requests_that_the_key_has_no_scope_for_count_too(start: StartService) -> None:
    documents = await start("documents", requests_per_s=HARDLY_EVER, requests_burst=2)
    key = await documents.key(new_id(), scopes=("ledger",))
    assert [(await status(documents, key))[0] for _ in range(3)] == [403, 403, 429]


async def test_a_key_with_too_many_requests_is_refused_without_looking_it_up(
    start: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = await start("documents", requests_per_s=HARDLY_EVER, requests_burst=2)
    key, looked_up = await documents.key(new_id()), 0

    async def counted(request: Request, database: Database, news: KeyNews) -> Principal:
        nonlocal looked_up
        looked_up += 1
        return await authenticate(request, database, news)

    monkeypatch.setattr("shared.http.call.authenticate", counted)
    assert [(await status(documents, key))[0] for _ in range(4)] == [200, 200, 429, 429]
    assert looked_up == 2


async def test_a_refused_request_changes_nothing_and_its_idempotency_key_may_be_used_again(start: StartService) -> None:
    documents = await start("documents", requests_per_s=HARDLY_EVER, requests_burst=1)
    key = await documents.key(new_id())
    assert (await status(documents, key))[0] == 200
    answer = await documents.http.post("/v1/invoices", json={}, headers=once(key))
    assert answer.status_code == 429
    assert await documents.rows("select 1 from idempotency") == []


async def test_of_one_key_only_so_many_requests_are_handled_at_once(start: StartService) -> None:
    documents = await start("documents", requests_at_once=1)
    key, go = await documents.key(new_id()), asyncio.Event()
    reading = asyncio.Event()

    async def held_back() -> AsyncIterator[bytes]:
        reading.set()
        await go.wait()
        yield b"{}"

    first = asyncio.create_task(
        documents.http.post("/v1/invoices", content=held_back(), headers=once(JSON | key)), name="held back"
    )
    await asyncio.wait_for(reading.wait(), 10)
    assert await status(documents, key) == (429, "too-many-at-once")
    go.set()
    assert (await first).status_code == 422
    assert await status(documents, key) == (200, None)


async def test_an_address_that_tries_many_wrong_keys_must_wait_but_known_keys_behind_it_need_not(
    start: StartService,
) -> None:
    documents = await start("documents", wrong_keys_per_min=3)
    known, new = await documents.key(new_id()), await documents.key(new_id())
    assert (await status(documents, known))[0] == 200
    guesses = [await status(documents, {"Authorization": f"Bearer fs_live_{number}"}) for number in range(4)]
    assert guesses == [(401, "unknown-key")] * 3 + [(429, "too-many-wrong-keys")]
    assert (await status(documents, new))[0] == 429
    assert (await status(documents, known))[0] == 200


async def test_wrong_keys_that_come_all_at_once_are_limited_too(start: StartService) -> None:
    documents = await start("documents", wrong_keys_per_min=3)
    guesses = (status(documents, {"Authorization": f"Bearer fs_live_{number}"}) for number in range(10))
    assert sorted(code for code, _ in await asyncio.gather(*guesses)) == [401] * 3 + [429] * 7


async def test_new_keys_that_are_valid_use_up_nothing_of_their_address(start: StartService) -> None:
    documents = await start("documents", wrong_keys_per_min=3)
    keys = [await documents.key(new_id()) for _ in range(5)]
    assert [(await status(documents, key))[0] for key in keys] == [200] * 5


async def test_the_page_of_the_problem_explains_it(start: StartService) -> None:
    documents = await start("documents")
    answer = await documents.http.get("/problems/too-many-requests")
    assert (answer.status_code, "en: Too many requests" in answer.text) == (200, True)


async def test_a_client_may_send_only_so_much_in_files_a_day_whatever_it_is_answered(start: StartService) -> None:
    payments = await start("payments", file_mib_per_day=1)
    client_id = new_id()
    key, same_client, other = [await payments.key(owner) for owner in (client_id, client_id, new_id())]

    async def send(headers: dict[str, str]) -> tuple[int, str]:
        content = b" " * 700_000
        headers = once(headers | {"Content-Type": "text/plain"})
        answer = await payments.http.post("/v1/bank-files", content=content, headers=headers)
        return answer.status_code, answer.json()["code"]

    assert [(await send(key))[0] for _ in range(2)] == [422, 422]
    files = await payments.rows("select * from bank_file")
    assert await send(key) == await send(same_client) == (429, "too-much-in-files")
    assert await payments.rows("select * from bank_file") == files
    assert (await send(other))[0] == 422
    assert (await payments.http.get("/v1/bank-files", headers=key)).status_code == 200


async def test_a_key_of_the_bureau_that_names_a_new_client_each_time_has_a_quota_itself(start: StartService) -> None:
    payments = await start("payments", file_mib_per_day=1)
    key = await payments.key(None, "bureau")
    statuses = []
    for _ in range(4):
        headers = once(key | {"Content-Type": "text/plain", "Faktura-Client": str(new_id())})
        answer = await payments.http.post("/v1/bank-files", content=b" " * 700_000, headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [422, 422, 429, 429]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_callers_are_told_apart_by_address_or_network(host: str, address: str) -> None:
    request = Request({"type": "http", "client": (host, 1), "headers": []})
    assert _address(request) == address


async def test_a_body_that_stops_coming_is_answered_408(start: StartService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JsonRoute, "max_pause_s", 0.05)
    documents = await start("documents")
    key = await documents.key(new_id())

    async def stalled() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await documents.http.post("/v1/invoices", content=stalled(), headers=once(JSON | key))
    assert (answer.status_code, answer.json()["code"]) == (408, "request-timeout")
    assert answer.headers["connection"] == "close"
    assert await documents.rows("select 1 from idempotency") == []


async def test_a_body_that_trickles_is_answered_408(start: StartService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JsonRoute, "max_seconds", 0.2)
    documents = await start("documents")
    key = await documents.key(new_id())

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0)

    answer = await documents.http.post("/v1/invoices", content=trickle(), headers=once(JSON | key))
    assert answer.status_code == 408


async def test_a_caller_that_hangs_up_in_the_middle_is_no_unforeseen_error(start: StartService) -> None:
    payments = await start("payments")
    key = await payments.key(new_id())

    async def broken_off() -> AsyncIterator[bytes]:
        yield b" "
        raise ClientDisconnect

    answer = await payments.http.post(
        "/v1/bank-files", content=broken_off(), headers=once(key | {"Content-Type": "text/plain"})
    )
    assert answer.status_code == 408
    assert await payments.rows("select 1 from idempotency union all select 1 from bank_file") == []
