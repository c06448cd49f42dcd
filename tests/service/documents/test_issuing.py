"""A draft becomes an invoice: number, date, KID, frozen content, published once."""

import asyncio
import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from services.documents.domain.confirmed import CURRENT_VERSION, read_confirmed
from services.documents.events import document_confirmed
from services.documents.store.numbers import BlockRequest, take_block
from shared.clock import MovableClock
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import KidTerms
from shared.db.database import Cause
from shared.kid import KidAgreement, KidAlgorithm, is_valid_kid
from tests.service.documents.story import a_line, open_shop
from tests.support.service import StartService, once


async def test_an_issued_invoice_has_number_date_due_date_and_kid(start: StartService) -> None:
    shop = await open_shop(start)

    invoice = await shop.issued(lines=[a_line(), a_line(mva_code="31", quantity="1", unit_price="99.99")])

    assert (invoice["number"], invoice["status"]) == (10001, "confirmed")
    assert (invoice["document_date"], invoice["due_date"]) == ("2026-11-23", "2026-12-07")
    assert (invoice["net_ore"], invoice["mva_ore"], invoice["total_ore"]) == (209999, 51500, 261499)
    assert [(total["code"], total["rate"], total["mva_ore"]) for total in invoice["mva_totals"]] == [
        ("3", "25", 50000),
        ("31", "15", 1500),
    ]
    assert invoice["account"] == "86011117947"
    assert is_valid_kid(invoice["kid"], KidAgreement(KidAlgorithm.MOD10, 15))
    assert (invoice["delivery_state"], invoice["payment_state"]) == ("pending", "open")
    assert [event["what"] for event in invoice["events"]] == ["confirmed"]
    assert await shop.service.broken() == {}


async def test_the_event_carries_all_that_subscribers_need(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued(your_reference="Kari", note="Takk for oppdraget.\nVelkommen igjen.")

    [event] = await shop.service.emitted(DocumentConfirmed)

    assert str(event.document.document_id) == invoice["id"]
    assert (event.seller.name, event.buyer.name, event.delivery.channels) == (
        "Fjordvik Rør AS",
        "Ålesund Bygg AS",
        ("email",),
    )
    assert event.delivery_place == "Kirkegata 1, 6004 ÅLESUND"
    assert (event.delivered_on, event.delivered_until) == (date(2026, 11, 20), None)
    assert (event.your_reference, event.note) == ("Kari", "Takk for oppdraget.\nVelkommen igjen.")
    assert event.document.payable_ore == event.document.total_ore == 250000


async def test_the_stored_document_has_a_schema_version_and_its_hash(start: StartService) -> None:
    shop = await open_shop(start)
    await shop.issued()

    [event] = await shop.service.emitted(DocumentConfirmed)
    [stored] = await shop.service.rows("select snapshot, snapshot::text as text, snapshot_sha256 from document")

    assert stored["snapshot"]["schema_version"] == CURRENT_VERSION
    assert document_confirmed(read_confirmed(stored["text"])) == event
    assert stored["snapshot_sha256"] == hashlib.sha256(stored["text"].encode()).hexdigest()


async def test_issuing_twice_answers_the_same_invoice(start: StartService) -> None:
    shop = await open_shop(start)
    draft = await shop.drafted()

    first, second = await shop.post(f"/v1/invoices/{draft}/issue"), await shop.post(f"/v1/invoices/{draft}/issue")

    assert first.json() == second.json()
    assert len(await shop.service.emitted(DocumentConfirmed)) == 1


async def test_a_retry_with_the_same_key_replays_the_answer(start: StartService) -> None:
    shop = await open_shop(start)
    draft, headers = await shop.drafted(), once(shop.headers)

    first = await shop.service.http.post(f"/v1/invoices/{draft}/issue", headers=headers)
    again = await shop.service.http.post(f"/v1/invoices/{draft}/issue", headers=headers)

    assert (again.headers["Idempotent-Replayed"], again.text) == ("true", first.text)


async def test_many_issued_at_once_leave_no_gap_even_when_some_fail(start: StartService) -> None:
    shop = await open_shop(start)
    too_long = await shop.add_customer(customer_number=999_999_999)
    drafts = [await shop.drafted() for _ in range(20)]
    failing = [await shop.drafted(customer_id=str(too_long.customer_id)) for _ in range(5)]

    answers = await asyncio.gather(*(shop.post(f"/v1/invoices/{draft}/issue") for draft in drafts + failing))

    refused = [answer.json()["code"] for answer in answers if answer.status_code != 200]
    assert refused == ["kid-does-not-fit"] * 5
    numbers = sorted(answer.json()["number"] for answer in answers if answer.status_code == 200)
    assert numbers == list(range(10001, 10021))
    assert await shop.service.broken() == {}


async def test_nothing_is_issued_while_another_run_holds_the_series(start: StartService) -> None:
    shop = await open_shop(start)
    await shop.issued()
    draft = await shop.drafted()

    async with shop.service.runtime.database.unit(Cause("another run")) as work:
        request = BlockRequest(shop.client.client_id, "invoice", 1, 1, date(2026, 11, 23))
        await take_block(work.session, request)
        busy = await shop.post(f"/v1/invoices/{draft}/issue")
        await work.session.rollback()

    assert (busy.status_code, busy.json()["code"], busy.json()["retryable"]) == (503, "series-busy", True)
    assert (await shop.post(f"/v1/invoices/{draft}/issue")).json()["number"] == 10002


async def test_a_draft_issued_many_times_at_once_is_one_invoice(start: StartService) -> None:
    shop = await open_shop(start)
    draft = await shop.drafted()

    answers = await asyncio.gather(*(shop.post(f"/v1/invoices/{draft}/issue") for _ in range(8)))

    assert {answer.json()["number"] for answer in answers} == {10001}
    assert len(await shop.service.emitted(DocumentConfirmed)) == 1


async def test_each_client_has_its_own_series(start: StartService) -> None:
    first = await open_shop(start)
    second = await open_shop(first.service, first_invoice_number=1)

    numbers = [(await shop.issued())["number"] for shop in (first, second, first, second)]

    assert numbers == [10001, 1, 10002, 2]


async def test_the_first_number_is_locked_once_the_series_has_begun(start: StartService) -> None:
    shop = await open_shop(start)
    await shop.issued()
    await shop.service.receives(shop.client.model_copy(update={"version": 2, "first_invoice_number": 50000}))

    assert (await shop.issued())["number"] == 10002


async def test_dates_never_run_backwards_when_the_clock_does(start: StartService) -> None:
    clock = MovableClock(datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
    shop = await open_shop(await start("documents", clock=clock))
    before = await shop.issued()
    clock.advance(timedelta(hours=1))
    at_midnight = await shop.issued()
    clock.advance(timedelta(days=-3))
    after = await shop.issued()

    dates = [invoice["document_date"] for invoice in (before, at_midnight, after)]

    assert dates == ["2026-11-23", "2026-11-24", "2026-11-24"]
    assert after["due_date"] == "2026-12-08"
    assert await shop.service.broken() == {}


async def test_what_is_frozen_stays_when_the_registers_change(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    await shop.service.receives(shop.customer.model_copy(update={"version": 2, "name": "Nytt Navn AS"}))

    later = await shop.get(f"/v1/invoices/{invoice['id']}")

    assert (later["customer_name"], later["buyer"]["name"]) == ("Ålesund Bygg AS", "Ålesund Bygg AS")


@pytest.mark.parametrize(
    "tampering",
    [
        "update document set payable_ore = 1",
        'update document set snapshot = snapshot || \'{"note": "x"}\'',
        "update document set status = 'draft', number = null",
        "delete from document",
        "update document_event set on_date = '2020-01-01'",
        "delete from document_event",
        "update series set next_number = next_number - 1",
        "delete from series",
    ],
)
async def test_nobody_can_change_what_was_issued(start: StartService, tampering: str) -> None:
    shop = await open_shop(start)
    await shop.issued()

    with pytest.raises(DBAPIError, match=r"never changed|never deleted|permission denied|only counts upwards"):
        await shop.service.rows(tampering)


async def test_an_issued_invoice_is_not_edited_or_deleted(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    path, version = f"/v1/invoices/{invoice['id']}", f'"{invoice["version"]}"'

    changed = await shop.put(path, shop.content(), version)
    deleted = await shop.delete(path, version)

    assert [(answer.status_code, answer.json()["code"]) for answer in (changed, deleted)] == [
        (409, "already-confirmed")
    ] * 2


async def test_mod11_never_ends_with_a_minus(start: StartService) -> None:
    shop = await open_shop(start, kid=KidTerms(algorithm="MOD11", length=12), first_invoice_number=1)
    drafts = [await shop.drafted() for _ in range(25)]

    answer = await shop.post("/v1/invoices/issue", {"ids": drafts})

    kids = [item["kid"] for item in answer.json()["items"]]
    assert len(set(kids)) == 25
    assert all(kid.isdigit() and is_valid_kid(kid, KidAgreement(KidAlgorithm.MOD11, 12)) for kid in kids)


async def test_two_invoices_of_an_account_never_share_a_kid(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    await shop.service.rows("update series set next_number = next_number + 1")
    columns = "client_id, kind, status, version, customer_id, customer_name, series, document_date, account, kid, "
    columns += "net_ore, mva_ore, total_ore, payable_ore, snapshot, snapshot_sha256, paid_ore, created_at, confirmed_at"
    copied = f"select gen_random_uuid(), number + 1, {columns} from document"  # noqa: S608  # columns named above
    copy = f"insert into document (document_id, number, {columns}) {copied}"

    with pytest.raises(DBAPIError, match="uq_document_kid"):
        await shop.service.rows(copy)

    assert (await shop.get(f"/v1/invoices/{invoice['id']}"))["kid"] == invoice["kid"]
