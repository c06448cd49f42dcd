"""Keys, over HTTP and at the start: shown once, valid at once, revoked for good."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.customers.domain.client import NewClient
from services.customers.domain.errors import SecretAlreadyUsed, SecretTooWeak
from services.customers.store import clients
from services.customers.usecases.change_client import ClientChange, change_client
from services.customers.usecases.issue_bureau_key import issue_bureau_key
from shared.approvals import Person, Requested
from shared.contracts.customers import ApiKeyChanged
from shared.db.database import Cause
from shared.http.auth import hash_secret
from shared.ids import new_id
from tests.service.customers.conftest import CustomersUnderTest
from tests.support.eventually import eventually
from tests.support.examples_customers import approved_key, client_body, client_headers, customer_body, registered_client
from tests.support.service import ServiceUnderTest, once

_WAITING = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
SECRET = "fs_test_3kT9vQ2mXw7LpB5nRz8cYd4hJg6sFa1e"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def keys_path(customers: CustomersUnderTest) -> str:
    return f"/v1/clients/{customers.client_id}/api-keys"


async def listed_key(customers: CustomersUnderTest) -> dict[str, Any]:
    """The client's one key, as the bureau sees it in the list."""
    answer = await customers.service.http.get(keys_path(customers), headers=customers.bureau)
    (key,) = answer.json()["items"]
    return dict(key)


async def test_a_new_key_works_at_once_and_only_its_hash_is_stored(customers: CustomersUnderTest) -> None:
    body = {"label": "Butikk", "scopes": ["documents", "customers"], "live": False}
    answer = await customers.service.http.post(keys_path(customers), json=body, headers=once(customers.bureau))
    key = answer.json()
    assert key["secret"].startswith("fs_test_")
    assert key["prefix"] == key["secret"][:12]
    assert key["scopes"] == ["customers", "documents"]
    assert (await customers.service.http.get("/v1/client", headers=bearer(key["secret"]))).status_code == 200
    event = (await customers.service.emitted(ApiKeyChanged))[-1]
    assert (event.client_id, event.secret_sha256, event.active) == (
        customers.client_id,
        hash_secret(key["secret"]),
        True,
    )
    stored = await customers.service.rows(
        "select i::text as row from issued_key i union all select body from idempotency"
    )
    assert not any(key["secret"] in (row["row"] or "") for row in stored)


async def test_a_replayed_request_answers_the_key_without_its_secret(customers: CustomersUnderTest) -> None:
    headers, body = once(customers.bureau), {"label": "Butikk"}
    first, second = [
        (await customers.service.http.post(keys_path(customers), json=body, headers=headers)).json() for _ in range(2)
    ]
    assert first["secret"]
    assert second == first | {"secret": None}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"label": "x", "scopes": []}, "scopes-missing"),
        ({"label": "x", "scopes": ["bureau"]}, "scope-unknown"),
        ({"label": " ", "scopes": ["documents"]}, "text-missing"),
        ({"label": "x", "secret": "mine"}, "invalid-fields"),
    ],
)
async def test_an_invalid_key_is_refused(customers: CustomersUnderTest, body: dict[str, object], code: str) -> None:
    answer = await customers.service.http.post(keys_path(customers), json=body, headers=once(customers.bureau))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_list_of_keys_has_no_secrets_or_hashes(customers: CustomersUnderTest) -> None:
    key = await listed_key(customers)
    assert key["label"] == "Nettbutikk"
    assert not {"secret", "secret_sha256", "hash"} & set(key)


async def test_a_revoked_key_has_no_access_and_revoking_it_again_emits_nothing(customers: CustomersUnderTest) -> None:
    key_id = (await listed_key(customers))["id"]
    for _ in range(2):
        revoked = await customers.service.http.delete(f"{keys_path(customers)}/{key_id}", headers=customers.bureau)
        assert revoked.status_code == 204
    answer = await customers.service.http.post("/v1/customers", json=customer_body(), headers=once(customers.client))
    assert answer.status_code == 401
    events = [event for event in await customers.service.emitted(ApiKeyChanged) if str(event.key_id) == key_id]
    assert [(event.version, event.active) for event in events] == [(1, True), (2, False)]
    listed = await listed_key(customers)
    assert (listed["active"], listed["revoked_at"] is not None) == (False, True)
    assert await customers.service.broken() == {}


async def test_a_client_that_is_deactivated_loses_its_keys_and_does_not_get_them_back(
    customers: CustomersUnderTest,
) -> None:
    service, path = customers.service, f"/v1/clients/{customers.client_id}"
    await client_headers(service, customers.bureau, customers.client_id)
    other = await registered_client(service, customers.bureau, orgnr="910562223")
    others_key = await client_headers(service, customers.bureau, other)
    for version, active in ((1, False), (2, True)):
        headers = {**customers.bureau, "If-Match": f'"{version}"'}
        changed = await service.http.put(path, json=client_body(active=active), headers=headers)
        assert changed.status_code == 200, changed.text
        assert (await service.http.get("/v1/client", headers=customers.client)).status_code == 401
    events = [event for event in await service.emitted(ApiKeyChanged) if event.client_id == customers.client_id]
    assert [event.active for event in events] == [True, True, False, False]
    assert (await service.http.get("/v1/client", headers=others_key)).status_code == 200
    assert await service.broken() == {}


def _requested_now(service: ServiceUnderTest) -> Requested:
    now = service.clock.now()
    return Requested(Person(new_id(), "Berit"), now, now + timedelta(days=7))


async def test_a_key_cannot_be_issued_while_its_client_is_being_deactivated(customers: CustomersUnderTest) -> None:
    service, client_id = customers.service, customers.client_id
    async with service.runtime.database.unit(Cause("test")) as work:
        client = await clients.get(work.session, client_id)
        inactive = NewClient(replace(client.details, active=False))
        change = ClientChange(client_id, inactive, frozenset({client.version}), _requested_now(service))
        await change_client(work, change)
        post = service.http.post(keys_path(customers), json={"label": "Ny"}, headers=once(customers.bureau))
        issuing = asyncio.create_task(post)
        await eventually(lambda: _somebody_waits(service))
    answer = await issuing
    assert (answer.status_code, answer.json()["code"]) == (409, "client-inactive")
    assert await service.broken() == {}


async def _somebody_waits(service: ServiceUnderTest) -> bool:
    return bool(await service.rows(_WAITING))


async def test_a_key_can_be_revoked_only_under_its_own_client(customers: CustomersUnderTest) -> None:
    key_id = (await listed_key(customers))["id"]
    other = await registered_client(customers.service, customers.bureau, orgnr="910562223")
    for path in (
        f"/v1/clients/{other}/api-keys/{key_id}",
        f"/v1/api-keys/{key_id}",
        f"{keys_path(customers)}/{uuid4()}",
    ):
        assert (await customers.service.http.delete(path, headers=customers.bureau)).status_code == 404


async def test_the_bureau_issues_and_revokes_keys_for_itself_and_print_shops(customers: CustomersUnderTest) -> None:
    http = customers.service.http
    shop = (
        await http.post("/v1/api-keys", json={"kind": "print_shop", "label": "T"}, headers=once(customers.bureau))
    ).json()
    assert shop["scopes"] == ["print"]
    assert (await http.get("/v1/clients", headers=bearer(shop["secret"]))).status_code == 403
    second = await approved_key(customers.service, customers.bureau, {"kind": "bureau", "label": "Ny"})
    own = await http.delete(f"/v1/api-keys/{second['id']}", headers=bearer(second["secret"]))
    assert (own.status_code, own.json()["code"]) == (409, "key-in-use")
    assert (await http.delete(f"/v1/api-keys/{second['id']}", headers=customers.bureau)).status_code == 204
    assert (await http.get("/v1/clients", headers=bearer(second["secret"]))).status_code == 401
    labels = [key["label"] for key in (await http.get("/v1/api-keys", headers=customers.bureau)).json()["items"]]
    assert labels == ["Byrået", "T", "Kontrollør", "Ny"]


async def test_the_first_key_can_be_issued_repeatedly_with_the_same_secret(customers: CustomersUnderTest) -> None:
    database = customers.service.runtime.database
    issued = []
    for _ in range(2):
        async with database.unit(Cause("up")) as work:
            issued.append(await issue_bureau_key(work, "Oppstart", SECRET))
    assert issued[0].key.key_id == issued[1].key.key_id
    assert not issued[0].key.live
    assert (await customers.service.http.get("/v1/clients", headers=bearer(SECRET))).status_code == 200
    assert await customers.service.broken() == {}


async def test_issuing_the_first_key_again_does_not_reactivate_a_revoked_one(customers: CustomersUnderTest) -> None:
    database = customers.service.runtime.database
    async with database.unit(Cause("up")) as work:
        issued = await issue_bureau_key(work, "Oppstart", SECRET)
    await customers.service.http.delete(f"/v1/api-keys/{issued.key.key_id}", headers=customers.bureau)
    with pytest.raises(SecretAlreadyUsed):
        async with database.unit(Cause("up")) as work:
            await issue_bureau_key(work, "Oppstart", SECRET)


async def test_a_key_can_be_limited_to_reading(customers: CustomersUnderTest) -> None:
    http = customers.service.http
    body = {"label": "Les", "scopes": ["customers:read"]}
    issued = (await http.post(keys_path(customers), json=body, headers=once(customers.bureau))).json()
    assert issued["scopes"] == ["customers:read"]
    reader = bearer(issued["secret"])
    assert (await http.get("/v1/customers", headers=reader)).status_code == 200
    refused = await http.post("/v1/customers", json=customer_body(), headers=once(reader))
    assert (refused.status_code, refused.json()["code"]) == (403, "missing-scope")


async def test_a_bureau_key_can_be_limited_to_reading(customers: CustomersUnderTest) -> None:
    http = customers.service.http
    body = {"kind": "bureau", "label": "Innsyn", "scopes": ["bureau:read"]}
    reader = bearer((await approved_key(customers.service, customers.bureau, body))["secret"])
    assert (await http.get("/v1/clients", headers=reader)).status_code == 200
    refused = await http.post("/v1/api-keys", json=body, headers=once(reader))
    assert (refused.status_code, refused.json()["code"]) == (403, "missing-scope")


async def test_a_key_works_until_it_expires(customers: CustomersUnderTest) -> None:
    service, expires_at = customers.service, customers.service.clock.now() + timedelta(hours=1)
    body = {"label": "Kort", "expires_at": expires_at.isoformat()}
    issued = (await service.http.post(keys_path(customers), json=body, headers=once(customers.bureau))).json()
    assert datetime.fromisoformat(issued["expires_at"]) == expires_at
    assert (await service.emitted(ApiKeyChanged))[-1].expires_at == expires_at
    service.clock.advance(timedelta(minutes=59))
    assert (await service.http.get("/v1/client", headers=bearer(issued["secret"]))).status_code == 200
    service.clock.advance(timedelta(minutes=1))
    expired = await service.http.get("/v1/client", headers=bearer(issued["secret"]))
    assert (expired.status_code, expired.json()["code"]) == (401, "unknown-key")
    assert (await service.http.get("/v1/client", headers=customers.client)).status_code == 200
    assert await service.broken() == {}


async def test_a_key_that_has_expired_already_is_not_issued(customers: CustomersUnderTest) -> None:
    body = {"label": "For sent", "expires_at": customers.service.clock.now().isoformat()}
    answer = await customers.service.http.post(keys_path(customers), json=body, headers=once(customers.bureau))
    assert (answer.status_code, answer.json()["code"]) == (422, "expiry-passed")


@pytest.mark.parametrize("weak", ["", "short", "a" * 40, "fs_test_" + "æ" * 40])
async def test_a_weak_secret_is_refused(customers: CustomersUnderTest, weak: str) -> None:
    with pytest.raises(SecretTooWeak):
        async with customers.service.runtime.database.unit(Cause("up")) as work:
            await issue_bureau_key(work, "Oppstart", weak)
