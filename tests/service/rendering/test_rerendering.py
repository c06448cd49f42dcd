"""A held document gets its file after all, with another look and the same content."""

import asyncio
import hashlib
from typing import Any

import httpx2
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from services.rendering import store
from services.rendering.store import StoredHold
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.ids import new_id
from tests.support.eventually import eventually
from tests.support.examples_customers import a_client
from tests.support.examples_documents import CLIENT_ID, a_buyer, a_seller, an_invoice
from tests.support.pages import pictures_on, text_of
from tests.support.pictures import a_png
from tests.support.service import ServiceUnderTest, StartService

LONG_NAME = "Fellesskapet for bevaring av gamle trehus og brygger langs kysten " * 4
SHORT = {"recipient": ["Fellesskapet for gamle trehus", "Storgata 1", "0155 OSLO"]}
LOST = an_invoice(1, seller=a_seller(logo="0" * 64))


@pytest.fixture
async def service(start: StartService, monkeypatch: pytest.MonkeyPatch) -> ServiceUnderTest:
    monkeypatch.setenv("FAKTURA_RENDERING_WORKERS", "1")
    return await start("rendering")


async def _rerender(service: ServiceUnderTest, event: DocumentConfirmed, body: Any) -> httpx2.Response:
    path = f"/v1/renderings/{event.document.document_id}/rerender"
    return await service.http.post(path, json=body, headers=await service.key(CLIENT_ID))


async def _file(service: ServiceUnderTest) -> bytes:
    """The one file that was emitted."""
    (rendered,) = await service.emitted(DocumentRendered)
    content: bytes = await service.runtime.tools.objects.get(rendered.artefacts[0].sha256)
    return content


async def test_an_address_too_long_is_corrected_and_the_buyer_is_still_named_in_full(service: ServiceUnderTest) -> None:
    event = an_invoice(1, buyer=a_buyer(name=LONG_NAME))
    await service.receives(event)
    assert [held.code for held in await service.emitted(DocumentHeld)] == ["address-too-long"]
    answer = await _rerender(service, event, SHORT)
    assert (answer.status_code, answer.json()["state"]) == (200, "rendered")
    text = "".join(text_of(await _file(service)).split())
    assert "Fellesskapetforgamletrehus" in text
    assert "".join(LONG_NAME.split()) in text
    assert await service.rows("select * from held") == []
    assert await service.broken() == {}


@pytest.mark.parametrize(("logo", "pictures"), [("current", 1), ("none", 0)])
async def test_a_lost_logo_is_replaced_by_the_current_one_or_none(
    service: ServiceUnderTest, logo: str, pictures: int
) -> None:
    digest = await service.runtime.tools.objects.put(a_png())
    await service.receives(a_client(client_id=CLIENT_ID, logo=digest), LOST)
    assert (await _rerender(service, LOST, {"logo": logo})).json()["state"] == "rendered"
    assert pictures_on(await _file(service)) == pictures


async def test_a_logo_that_is_back_in_the_store_needs_no_correction(service: ServiceUnderTest) -> None:
    logo = a_png()
    event = an_invoice(1, seller=a_seller(logo=hashlib.sha256(logo).hexdigest()))
    await service.receives(event)
    await service.runtime.tools.objects.put(logo)
    assert (await _rerender(service, event, {})).json()["state"] == "rendered"
    assert await service.broken() == {}


async def test_the_same_correction_twice_has_one_effect_and_another_is_refused(service: ServiceUnderTest) -> None:
    await service.receives(LOST)
    answers = [await _rerender(service, LOST, {"logo": "none"}) for _ in range(2)]
    assert [answer.json()["state"] for answer in answers] == ["rendered", "rendered"]
    refused = await _rerender(service, LOST, {"logo": "none", **SHORT})
    assert (refused.status_code, refused.json()["code"]) == (409, "rendered-before")
    assert len(await service.emitted(DocumentRendered)) == 1
    assert await service.broken() == {}


async def test_two_corrections_at_once_give_one_file(service: ServiceUnderTest) -> None:
    await service.receives(LOST)
    bodies = [{"logo": "none"}, {"logo": "none", **SHORT}]
    answers = await asyncio.gather(*(_rerender(service, LOST, body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await service.emitted(DocumentRendered)) == 1
    assert len(await service.rows("select * from presentation")) == 1
    assert await service.broken() == {}


async def test_a_correction_while_the_document_is_held_once_more_leaves_it_rendered(
    service: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked for a file, and found none, before either writes."""
    await service.receives(LOST)
    hold, at_hold, may_hold = store.hold, asyncio.Event(), asyncio.Event()

    async def hold_later(session: AsyncSession, held: StoredHold) -> bool:
        at_hold.set()
        await may_hold.wait()
        return await hold(session, held)

    monkeypatch.setattr(store, "hold", hold_later)
    holding = asyncio.create_task(service.receives(LOST))
    await at_hold.wait()
    correcting = asyncio.create_task(_rerender(service, LOST, {"logo": "none"}))
    await eventually(lambda: _waits_for_a_lock(service))
    may_hold.set()
    await holding
    assert (await correcting).json()["state"] == "rendered"
    assert await service.broken() == {}


async def _waits_for_a_lock(service: ServiceUnderTest) -> bool:
    return bool(await service.rows("select 1 from pg_locks where locktype = 'advisory' and not granted"))


async def test_what_is_still_wrong_keeps_the_document_held(service: ServiceUnderTest) -> None:
    await service.receives(LOST)
    answer = await _rerender(service, LOST, SHORT)
    assert (answer.status_code, answer.json()["held"]["code"]) == (200, "logo-missing")
    assert await service.rows("select * from presentation") == []
    assert len(await service.emitted(DocumentHeld)) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["A" * 39, "0155 OSLO"], "string_too_long"),
        (["Line"] * 7, "too_long"),
        (["Bare navnet"], "too_short"),
        (["Ꮳ AS", "0155 OSLO"], "characters-missing"),
    ],
)
async def test_lines_that_cannot_be_printed_are_refused(service: ServiceUnderTest, lines: list[str], code: str) -> None:
    await service.receives(LOST)
    answer = await _rerender(service, LOST, {"recipient": lines})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), answer.text


async def test_another_clients_document_is_not_found(service: ServiceUnderTest) -> None:
    await service.receives(LOST)
    path = f"/v1/renderings/{LOST.document.document_id}/rerender"
    answer = await service.http.post(path, json={}, headers=await service.key(new_id()))
    assert (answer.status_code, answer.json()["code"]) == (404, "rendering-not-found")
    assert len(await service.rows("select * from held")) == 1


async def test_reading_keys_cannot_correct(service: ServiceUnderTest) -> None:
    path = f"/v1/renderings/{LOST.document.document_id}/rerender"
    answer = await service.http.post(path, json={}, headers=await service.key(CLIENT_ID, scopes=("documents:read",)))
    assert answer.status_code == 403


async def test_held_documents_are_listed_for_their_client_and_all_for_the_bureau(service: ServiceUnderTest) -> None:
    await service.receives(LOST)
    bureau = await service.key(None, "bureau")
    lists = [
        (await service.http.get("/v1/renderings", headers=headers)).json()["items"]
        for headers in (await service.key(CLIENT_ID), bureau, await service.key(new_id()))
    ]
    assert [[item["code"] for item in items] for items in lists] == [["logo-missing"], ["logo-missing"], []]


async def test_held_documents_are_counted_for_the_operators(service: ServiceUnderTest) -> None:
    await service.receives(LOST)
    assert await service.metric('faktura_attention{kind="held document",service="rendering"}') == 1
    assert (await service.http.get("/health/ready")).status_code == 200
