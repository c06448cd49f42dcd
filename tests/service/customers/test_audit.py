"""The audit: who changed what, written with the change, sent on in batches, shown to those whose data it is."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.customers.domain.audit import FIRST_HASH
from shared.audit import audit_jobs
from shared.contracts.audit import AuditBatch, AuditEntry, KeyUse
from shared.contracts.customers import AuditEntriesRecorded
from shared.contracts.documents import AuditEntriesRecorded as OfDocuments
from shared.db.audit import take_unshipped
from shared.db.database import Cause
from shared.ids import new_id
from shared.service import JobContext
from tests.service.customers.conftest import CustomersUnderTest
from tests.support.eventually import eventually
from tests.support.examples_customers import Headers, client_body, client_headers, customer_body, registered_client
from tests.support.service import ServiceUnderTest, once

SHIP, REPORT = audit_jobs(AuditEntriesRecorded)


async def run_jobs(service: ServiceUnderTest) -> None:
    """What the clock starts every few seconds."""
    context = JobContext[Any](service.runtime.database, None)
    while await SHIP.run(context):
        pass
    await REPORT.run(context)


async def listed(customers: CustomersUnderTest, headers: Headers, **query: Any) -> list[dict[str, Any]]:
    """What the audit shows, once the entries so far have been received."""
    await run_jobs(customers.service)
    recorded = "select not exists (select entry_id from audit_entry except select entry_id from audit_log) as all_here"
    await eventually(lambda: _all_here(customers.service, recorded))
    answer = await customers.service.http.get("/v1/audit-entries", headers=headers, params={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _all_here(service: ServiceUnderTest, query: str) -> bool:
    return bool((await service.rows(query))[0]["all_here"])


async def a_customer(customers: CustomersUnderTest, **more: str) -> dict[str, Any]:
    answer = await customers.service.http.post(
        "/v1/customers", json=customer_body(), headers=once({**customers.client, **more})
    )
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def an_entry(**overrides: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "entry_id": new_id(),
        "client_id": new_id(),
        "recorded_at": "2026-11-23T11:00:00.123456Z",
        "actor": "command-line",
        "key_id": None,
        "action": "parked replay",
        "resource": "parked-messages",
        "resource_id": new_id(),
        "before": None,
        "after": {"b": 1, "a": ["ø", {"z": None}]},
        "request_id": "replay",
    }
    return AuditEntry(**values | overrides)


def a_batch(*entries: AuditEntry, keys_used: tuple[KeyUse, ...] = ()) -> OfDocuments:
    return OfDocuments(batch_id=new_id(), entries=entries, keys_used=keys_used)


async def test_a_change_is_recorded_with_who_when_before_and_after(customers: CustomersUnderTest) -> None:
    customer = await a_customer(customers)
    changed = {**customer_body(), "name": "Ålesund Rør og Varme AS"}
    path = f"/v1/customers/{customer['id']}"
    headers = {**customers.client, "X-Correlation-Id": "change-1", "If-Match": '"1"'}
    answer = await customers.service.http.put(path, json=changed, headers=headers)
    assert answer.status_code == 200, answer.text
    (key,) = (
        await customers.service.http.get(f"/v1/clients/{customers.client_id}/api-keys", headers=customers.bureau)
    ).json()["items"]
    created, entry = await listed(customers, customers.client, resource="customers")
    assert (created["action"], created["resource_id"]) == ("POST /v1/customers", customer["id"])
    assert created["before"] is None
    assert entry["action"] == "PUT /v1/customers/{customer_id}"
    assert (entry["actor"], entry["key_id"], entry["request_id"]) == ("key", key["id"], "change-1")
    assert (entry["service"], entry["client_id"]) == ("customers", str(customers.client_id))
    assert (entry["before"]["name"], entry["after"]["name"]) == (customer["name"], changed["name"])
    assert entry["recorded_at"].startswith(customers.service.clock.now().date().isoformat())


async def test_what_is_refused_repeated_or_changes_nothing_leaves_no_entry(customers: CustomersUnderTest) -> None:
    headers = once(customers.client)
    for _ in range(2):
        await customers.service.http.post("/v1/customers", json=customer_body(), headers=headers)
    refused = await customers.service.http.post("/v1/customers", json=customer_body(name=" "), headers=once(headers))
    assert refused.status_code == 422
    customer = (await customers.service.http.get("/v1/customers", headers=headers)).json()["items"][0]
    again = {**customers.client, "If-Match": '"1"'}
    answer = await customers.service.http.put(f"/v1/customers/{customer['id']}", json=customer_body(), headers=again)
    assert answer.json()["version"] == 1
    assert len(await listed(customers, customers.client, resource="customers")) == 1


async def test_an_entry_of_a_key_has_neither_its_secret_nor_the_hash(customers: CustomersUnderTest) -> None:
    path = f"/v1/clients/{customers.client_id}/api-keys"
    answer = await customers.service.http.post(path, json={"label": "Butikk"}, headers=once(customers.bureau))
    issued = answer.json()
    await customers.service.http.delete(f"{path}/{issued['id']}", headers=customers.bureau)
    created, revoked = await listed(customers, customers.bureau, resource_id=issued["id"])
    assert (created["after"]["label"], created["after"]["prefix"]) == ("Butikk", issued["prefix"])
    assert (revoked["before"]["active"], revoked["after"]["active"]) == (True, False)
    stored = await customers.service.rows("select hash, secret_sha256 from audit_log, issued_key")
    everything = str(await customers.service.rows("select l::text as row from audit_log l"))
    assert issued["secret"] not in everything
    assert not any(row["secret_sha256"] in everything for row in stored)


async def test_a_client_sees_its_own_entries_and_the_bureau_sees_all(customers: CustomersUnderTest) -> None:
    other_id = await registered_client(customers.service, customers.bureau, orgnr="910562223")
    other = await client_headers(customers.service, customers.bureau, other_id)
    await a_customer(customers)
    body = {"kind": "print_shop", "label": "Trykkeriet"}
    await customers.service.http.post("/v1/api-keys", json=body, headers=once(customers.bureau))
    owners = {entry["client_id"] for entry in await listed(customers, customers.bureau)}
    assert owners == {None, str(customers.client_id), str(other_id)}
    assert {entry["client_id"] for entry in await listed(customers, other)} == {str(other_id)}
    assert await listed(customers, other, client_id=str(customers.client_id)) == []
    (own,) = await listed(customers, customers.client, resource="clients")
    assert (own["action"], own["after"]["name"]) == ("POST /v1/clients", client_body()["name"])


async def test_entries_need_their_own_scope(customers: CustomersUnderTest) -> None:
    path = f"/v1/clients/{customers.client_id}/api-keys"
    for scopes, status in ((["customers"], 403), (["audit:read"], 200)):
        body = {"label": "x", "scopes": scopes}
        issued = (await customers.service.http.post(path, json=body, headers=once(customers.bureau))).json()
        headers = {"Authorization": f"Bearer {issued['secret']}"}
        assert (await customers.service.http.get("/v1/audit-entries", headers=headers)).status_code == status


async def test_entries_are_found_by_key_and_time_and_read_page_by_page(customers: CustomersUnderTest) -> None:
    start = customers.service.clock.now()
    await a_customer(customers)
    customers.service.clock.advance(timedelta(hours=1))
    for _ in range(3):
        await a_customer(customers)
    later = (start + timedelta(minutes=30)).isoformat()
    entries = await listed(customers, customers.client, **{"from": later})
    assert len(entries) == 3
    assert len(await listed(customers, customers.client, to=later, key_id=entries[0]["key_id"])) == 1
    query = {"limit": "2", "from": later}
    first = (await customers.service.http.get("/v1/audit-entries", headers=customers.client, params=query)).json()
    query["after"] = first["next"]
    second = (await customers.service.http.get("/v1/audit-entries", headers=customers.client, params=query)).json()
    assert (first["items"] + second["items"], second["next"]) == (entries, None)


async def test_an_entry_that_is_received_late_comes_behind_those_received_before(customers: CustomersUnderTest) -> None:
    """Its id is older than theirs: a cursor over ids would pass over it."""
    old = an_entry()
    await customers.service.receives(a_batch(an_entry()))
    first = await listed(customers, customers.bureau)
    await customers.service.receives(a_batch(old))
    assert [entry["id"] for entry in await listed(customers, customers.bureau)][len(first) :] == [str(old.entry_id)]


async def test_an_entry_is_kept_once_however_often_it_is_received(customers: CustomersUnderTest) -> None:
    entry, other = an_entry(), an_entry()
    await customers.service.receives(a_batch(entry), a_batch(entry, other), a_batch(other))
    rows = await customers.service.rows("select entry_id from audit_log where service = 'documents' order by position")
    assert [row["entry_id"] for row in rows] == [entry.entry_id, other.entry_id]
    assert await customers.service.broken() == {}


async def test_neither_the_entries_nor_the_log_can_be_changed_by_the_service(customers: CustomersUnderTest) -> None:
    await a_customer(customers)
    for table in ("audit_entry", "audit_log"):
        for statement in (f"update {table} set action = ''", f"delete from {table}"):  # noqa: S608  # our own names
            with pytest.raises(DBAPIError, match="permission denied"):
                await customers.service.rows(statement)


async def test_an_entry_that_is_changed_or_removed_by_the_owner_is_found(customers: CustomersUnderTest) -> None:
    service = customers.service
    await service.receives(a_batch(*(an_entry() for _ in range(5))))
    rows = await service.rows("select entry_id, hash from audit_log order by position")
    assert rows[0]["hash"] != FIRST_HASH
    assert await service.broken() == {}
    await as_owner(service, "update audit_log set action = 'parked show' where position = 2")
    await as_owner(service, "delete from audit_log where position = 4")
    (lines,) = (await service.broken()).values()
    assert [line.partition(":")[0] for line in lines] == ["position 2", "position 4"]


async def as_owner(service: ServiceUnderTest, statement: str) -> None:
    engine = sa.create_engine(service.runtime.settings.owner_database("customers"))
    with engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.client_id', '*', true)"))
        connection.execute(sa.text(statement))
    engine.dispose()


async def test_large_entries_are_shipped_in_several_events(
    customers: CustomersUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await a_customer(customers)
    monkeypatch.setattr("shared.db.audit.BATCH_BYTES", 300)
    async with customers.service.runtime.database.unit(Cause("test")) as work:
        sizes = [len(await take_unshipped(work.session, 100)) for _ in range(3)]
    assert max(sizes) == 1


async def test_two_copies_that_ship_at_once_emit_each_entry_once(customers: CustomersUnderTest) -> None:
    """The second passes over what the first has taken and not committed."""
    for _ in range(3):
        await a_customer(customers)
    database = customers.service.runtime.database
    async with database.unit(Cause("test")) as first, database.unit(Cause("test")) as second:
        taken = [await take_unshipped(first.session, 2), await take_unshipped(second.session, 100)]
    assert len({entry.entry_id for entries in taken for entry in entries}) == sum(len(entries) for entries in taken)
    assert len(taken[0]) == 2
    assert len(taken[1]) >= 1


async def test_a_key_shows_when_it_was_last_used(customers: CustomersUnderTest) -> None:
    path = f"/v1/clients/{customers.client_id}/api-keys"

    async def last_used() -> str | None:
        (key,) = (await customers.service.http.get(path, headers=customers.bureau)).json()["items"]
        used: str | None = key["last_used_at"]
        return used

    assert await last_used() is None
    customers.service.clock.advance(timedelta(minutes=5, seconds=20))
    used_at = customers.service.clock.now().replace(second=0, microsecond=0)
    await customers.service.http.get("/v1/client", headers=customers.client)
    await run_jobs(customers.service)
    assert await eventually(last_used) == used_at.isoformat().replace("+00:00", "Z")


async def test_a_report_that_comes_late_does_not_set_the_last_use_back(customers: CustomersUnderTest) -> None:
    path = f"/v1/clients/{customers.client_id}/api-keys"
    (key,) = (await customers.service.http.get(path, headers=customers.bureau)).json()["items"]
    now = customers.service.clock.now()
    for used_at in (now, now - timedelta(days=1)):
        await customers.service.receives(a_batch(keys_used=(KeyUse(key_id=key["id"], last_used_at=used_at),)))
    (key,) = (await customers.service.http.get(path, headers=customers.bureau)).json()["items"]
    assert key["last_used_at"] == now.isoformat().replace("+00:00", "Z")


def test_a_batch_of_any_service_has_the_same_form() -> None:
    assert OfDocuments.model_fields.keys() == AuditBatch.model_fields.keys()
