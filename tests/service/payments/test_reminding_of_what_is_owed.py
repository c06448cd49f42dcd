"""A reminder asks for what the customer owes after all: nothing small, nothing that has come in, nothing disputed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx2
import pytest

from services.payments.domain.ocr_giro import Payment
from services.payments.usecases.find_overdue import find_overdue
from shared.clock import MovableClock
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.payments import DocumentOverdue
from shared.service import JobContext
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import (
    OTHER_CLIENT_ID,
    a_bank_file,
    a_claim,
    a_client,
    a_credit_of,
    other_client,
    pays,
    sent,
    upload,
)
from tests.support.service import ServiceUnderTest, StartService, once

BEFORE = datetime(2026, 11, 23, 11, tzinfo=UTC)
DUE = date(2026, 11, 20)
LEVEL_1 = datetime(2026, 11, 25, 7, tzinfo=UTC)
LEVEL_2 = datetime(2026, 12, 14, 7, tzinfo=UTC)
LATER = {"due_date": DUE + timedelta(days=60)}
SOMEBODY_ELSE = {"customer_id": UUID(int=7)}


@pytest.fixture
async def service(start: StartService) -> ServiceUnderTest:
    service: ServiceUnderTest = await start("payments", clock=MovableClock(BEFORE))
    await service.receives(a_client(), other_client())
    return service


async def _open(service: ServiceUnderTest, *claims: DocumentConfirmed) -> None:
    await service.receives(*claims, *map(sent, claims))


async def _pay(service: ServiceUnderTest, *paid: Payment) -> None:
    answer = await upload(service, await service.key(CLIENT_ID), a_bank_file(*paid))
    assert answer.status_code == 201, answer.text


async def _overdue(service: ServiceUnderTest, at: datetime = LEVEL_1) -> list[tuple[int, int, int]]:
    """Level, number of the claim and amount of what is overdue then; the service's own scan may have come first."""
    service.clock.move_to(at)
    cause = JobContext(service.runtime.database, service.runtime.tools).cause()
    settings = service.runtime.tools.settings
    async with service.runtime.database.unit(cause) as work:
        await find_overdue(work, service.runtime.tools.calendar, settings.reminder_minimum_ore, 200)
    assert await service.broken() == {}
    rows = await service.rows(
        "select o.level, c.number, o.outstanding_ore from overdue o join claim c using (client_id, document_id)"
        " order by 1, 2"
    )
    assert len(await service.emitted(DocumentOverdue)) == len(rows)
    return [(row["level"], row["number"], row["outstanding_ore"]) for row in rows]


async def test_an_amount_below_the_minimum_is_not_reminded_of(service: ServiceUnderTest) -> None:
    await _open(service, a_claim(1, 1, due_date=DUE), a_claim(2, 49_99, due_date=DUE), a_claim(3, 50_00, due_date=DUE))
    await _open(service, a_claim(4, 125_00, due_date=DUE))
    await _pay(service, pays(4, 124_99))
    assert await _overdue(service) == [(1, 3, 50_00)]


async def test_what_is_left_after_a_reminder_is_not_reminded_of_again_when_it_is_small(
    service: ServiceUnderTest,
) -> None:
    await _open(service, a_claim(1, due_date=DUE))
    assert await _overdue(service) == [(1, 1, 125_00)]
    await _pay(service, pays(1, 124_99))
    assert await _overdue(service, LEVEL_2) == [(1, 1, 125_00)]


async def test_what_another_claim_has_too_much_is_deducted(service: ServiceUnderTest) -> None:
    await _open(service, a_claim(1, 12_50, **LATER), a_claim(2, 750_00, due_date=DUE))
    await _pay(service, pays(1, 500_00))
    assert await _overdue(service) == [(1, 2, 262_50)]


async def test_a_customer_with_as_much_to_its_credit_is_not_reminded(service: ServiceUnderTest) -> None:
    credited = a_claim(1, 750_00, **LATER)
    await _open(service, credited, a_claim(2, 750_00, due_date=DUE))
    await _pay(service, pays(1, 750_00))
    await service.receives(a_credit_of(credited, 750_00))
    assert await _overdue(service) == []


async def test_credit_goes_to_the_oldest_claim_and_is_deducted_once(service: ServiceUnderTest) -> None:
    oldest, newer = (a_claim(n, 100_00, due_date=DUE - timedelta(days=3 - n)) for n in (2, 3))
    await _open(service, a_claim(1, 10_00, **LATER), newer, oldest)
    await _pay(service, pays(1, 140_00))
    assert await _overdue(service) == [(1, 3, 70_00)]


async def test_another_customers_credit_is_not_deducted(service: ServiceUnderTest) -> None:
    await _open(service, a_claim(1, 10_00, **LATER, **SOMEBODY_ELSE), a_claim(2, 100_00, due_date=DUE))
    await _pay(service, pays(1, 140_00))
    assert await _overdue(service) == [(1, 2, 100_00)]


async def test_money_in_clearing_under_a_kid_of_the_customer_is_deducted(service: ServiceUnderTest) -> None:
    await _open(service, a_claim(1, 125_00, **LATER), a_claim(2, 200_00, due_date=DUE))
    await _pay(service, pays(1), pays(1, transaction=50), pays(99, 500_00))
    assert await _overdue(service) == [(1, 2, 75_00)]


async def test_a_bank_file_that_waits_for_approval_holds_the_reminders_of_its_accounts(
    service: ServiceUnderTest,
) -> None:
    await _open(service, a_claim(1, due_date=DUE))
    kari = await service.key(CLIENT_ID, holder="Kari Nordmann")
    waiting = await upload(service, kari, a_bank_file(pays(1)))
    assert waiting.status_code == 202, waiting.text
    assert await _overdue(service) == []
    declined = await service.http.post(
        f"/v1/bank-file-approvals/{waiting.json()['id']}/reject", json={"reason": "Feil fil."}, headers=once(kari)
    )
    assert declined.status_code == 200, declined.text
    assert await _overdue(service) == [(1, 1, 125_00)]


Send = Callable[..., Awaitable[httpx2.Response]]


@pytest.fixture
async def claim(service: ServiceUnderTest) -> DocumentConfirmed:
    claim = a_claim(1, due_date=DUE)
    await _open(service, claim)
    return claim


@pytest.fixture
async def send(service: ServiceUnderTest, claim: DocumentConfirmed) -> Send:
    """Holds or releases the claim; `key` is another key than the client's own."""
    own = await service.key(CLIENT_ID, holder="Kari Nordmann")

    async def send(act: str, key: dict[str, str] = own, **body: str) -> httpx2.Response:
        path = f"/v1/claims/{claim.document.document_id}/{act}"
        return await service.http.post(path, json=body if act == "hold" else None, headers=once(key))

    return send


async def test_a_claim_on_hold_is_not_overdue_until_it_is_released(service: ServiceUnderTest, send: Send) -> None:
    held = await send("hold", reason="Feil antall timer.")
    assert held.status_code == 201, held.text
    assert held.json()["is_held"]
    assert await _overdue(service) == []
    released = await send("release")
    assert released.status_code == 200, released.text
    [hold] = released.json()["holds"]
    assert (hold["reason"], hold["held"]["on"], hold["held"]["holder"]) == (
        "Feil antall timer.",
        "2026-11-23",
        "Kari Nordmann",
    )
    assert (hold["released"]["on"], released.json()["is_held"]) == ("2026-11-25", False)
    assert await _overdue(service) == [(1, 1, 125_00)]


async def test_a_claim_can_be_held_between_two_levels(service: ServiceUnderTest, send: Send) -> None:
    assert await _overdue(service) == [(1, 1, 125_00)]
    await send("hold", reason="Feil pris.")
    assert await _overdue(service, LEVEL_2) == [(1, 1, 125_00)]
    await send("release")
    assert await _overdue(service, LEVEL_2) == [(1, 1, 125_00), (2, 1, 125_00)]


async def test_a_hold_ends_after_its_last_day_and_the_claim_can_be_held_again(
    service: ServiceUnderTest, claim: DocumentConfirmed, send: Send
) -> None:
    await send("hold", reason="Kunden undersøker.", until="2026-11-26")
    assert await _overdue(service, datetime(2026, 11, 26, 7, tzinfo=UTC)) == []
    assert await _overdue(service, datetime(2026, 11, 27, 7, tzinfo=UTC)) == [(1, 1, 125_00)]
    over = await send("release")
    assert (over.status_code, over.json()["code"]) == (409, "claim-not-held")
    again = await send("hold", reason="Kunden undersøker fortsatt.")
    assert (again.status_code, len(again.json()["holds"])) == (201, 2)
    assert await service.broken() == {}


async def test_what_cannot_be_held_or_released_is_refused(
    service: ServiceUnderTest, claim: DocumentConfirmed, send: Send
) -> None:
    async def refusal(act: str, **body: str) -> tuple[int, str]:
        answer = await send(act, **body)
        return answer.status_code, answer.json()["code"]

    assert await refusal("release") == (409, "claim-not-held")
    assert await refusal("hold", reason="For sent.", until="2026-11-22") == (422, "hold-ends-in-past")
    assert await refusal("hold", reason=" ") == (422, "invalid-fields")
    assert (await send("hold", reason="Feil vare.")).status_code == 201
    assert await refusal("hold", reason="Feil vare.") == (409, "claim-already-held")
    assert (await send("release")).status_code == 200
    assert await refusal("release") == (409, "claim-not-held")
    await _pay(service, pays(1))
    assert await refusal("hold", reason="Feil vare.") == (409, "claim-settled")


async def test_another_clients_claim_is_not_there_to_hold(service: ServiceUnderTest, send: Send) -> None:
    other = await service.key(OTHER_CLIENT_ID)
    for act in ("hold", "release"):
        answer = await send(act, other, reason="Feil vare.")
        assert (answer.status_code, answer.json()["code"]) == (404, "claim-not-found")


async def test_holding_takes_its_scope_and_is_audited(
    service: ServiceUnderTest, claim: DocumentConfirmed, send: Send
) -> None:
    reader = await service.key(CLIENT_ID, scopes=("payments:read", "payments:match"))
    holder = await service.key(CLIENT_ID, scopes=("payments:hold",))
    for act in ("hold", "release"):
        assert (await send(act, reader, reason="Feil vare.")).status_code == 403
        assert (await send(act, holder, reason="Feil vare.")).status_code in (200, 201)
    entries = await service.rows(
        "select resource_id, before, after from audit_entry where resource = 'claims' order by entry_id"
    )
    assert [entry["resource_id"] for entry in entries] == [claim.document.document_id] * 2
    assert [entry["after"]["is_held"] for entry in entries] == [True, False]
    assert entries[0]["before"] is None
    assert entries[1]["before"]["reason"] == "Feil vare."


async def test_of_two_that_hold_a_claim_at_once_one_succeeds(service: ServiceUnderTest, send: Send) -> None:
    answers = await asyncio.gather(*(send("hold", reason="Feil vare.") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    listed = await service.http.get("/v1/claims", headers=await service.key(CLIENT_ID, scopes=("payments:read",)))
    assert [(item["is_held"], len(item["holds"])) for item in listed.json()["items"]] == [(True, 1)]
