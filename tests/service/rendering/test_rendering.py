"""The rendering service at work: from document-confirmed to document-rendered, or to document-held."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from services.rendering.adapters.blank import BLANK_PAGE
from services.rendering.adapters.pool import ChildrenFailed
from services.rendering.adapters.renderer import RenderedFile
from services.rendering.domain.document import Document
from services.rendering.invariants import RECORDS
from services.rendering.tools import Tools
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.messaging.dead_letters import park_dead_letters
from shared.messaging.rabbit import RabbitBus
from tests.support.eventually import eventually
from tests.support.examples_documents import CLIENT_ID, a_seller, an_invoice
from tests.support.pictures import a_png
from tests.support.service import ServiceUnderTest, StartService


@pytest.fixture(autouse=True)
def _one_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKTURA_RENDERING_WORKERS", "1")


@pytest.fixture
async def blank(start: StartService, monkeypatch: pytest.MonkeyPatch) -> ServiceUnderTest:
    """The service with the engine that answers at once: enough for everything but the pages."""
    monkeypatch.setenv("FAKTURA_RENDERING_ENGINE", "blank")
    return await start("rendering")


class FailingRenderer:
    """Fails the first `failures` times, then answers."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def render(self, document: Document, logo: bytes | None) -> RenderedFile:
        if self.failures:
            self.failures -= 1
            raise ChildrenFailed("child 1 ended: signal 9")
        return RenderedFile(BLANK_PAGE, 1, "faktura-1.pdf")


class BrokenRenderer:
    """Has a bug: no attempt is of any use."""

    async def render(self, document: Document, logo: bytes | None) -> RenderedFile:
        raise TypeError(f"unfit: {document.number}, {logo!r}")


async def test_a_confirmed_invoice_becomes_a_file_and_document_rendered_is_emitted(start: StartService) -> None:
    service = await start("rendering")
    event = an_invoice(2)
    await service.receives(event)
    (rendered,) = await service.emitted(DocumentRendered)
    assert (rendered.document, rendered.buyer, rendered.delivery) == (event.document, event.buyer, event.delivery)
    (artefact,) = rendered.artefacts
    content = await service.runtime.tools.objects.get(artefact.sha256)
    assert content.startswith(b"%PDF-1.7")
    assert (artefact.purpose, artefact.pages, artefact.filename) == ("read", 1, "faktura-20148.pdf")
    assert artefact.size_bytes == len(content)
    assert await service.broken() == {}


async def test_a_logo_is_read_from_the_store(start: StartService) -> None:
    service = await start("rendering")
    digest = await service.runtime.tools.objects.put(a_png())
    await service.receives(an_invoice(1, seller=a_seller(logo=digest)))
    assert len(await service.emitted(DocumentRendered)) == 1


async def test_the_same_message_twice_has_one_effect(blank: ServiceUnderTest) -> None:
    envelope = blank.envelope(an_invoice(1))
    await blank.receives_envelope(envelope)
    await blank.receives_envelope(envelope)
    assert len(await blank.emitted(DocumentRendered)) == 1
    assert await blank.broken() == {}


async def test_the_first_file_of_a_document_stays_whatever_comes_later(blank: ServiceUnderTest) -> None:
    event = an_invoice(1)
    await blank.receives(event, event.model_copy(update={"note": "confirmed again, and differently"}))
    rows = await blank.rows("select sha256, layout_version from artefact")
    assert [row["layout_version"] for row in rows] == ["standard-2"]
    assert len(await blank.emitted(DocumentRendered)) == 1
    assert await blank.broken() == {}


async def test_a_file_cannot_be_changed_or_deleted_by_the_service(blank: ServiceUnderTest) -> None:
    await blank.receives(an_invoice(1))
    for statement in ("update artefact set pages = 2", "delete from artefact"):
        with pytest.raises(Exception, match="permission denied"):
            await blank.rows(statement)


async def test_a_missing_logo_holds_the_document_and_emits_the_reason_once(start: StartService) -> None:
    service = await start("rendering")
    event = an_invoice(1, seller=a_seller(logo="0" * 64))
    await service.receives(event, event)
    (held,) = await service.emitted(DocumentHeld)
    assert (held.document_id, held.code) == (event.document.document_id, "logo-missing")
    assert held.document == event.document
    assert "Last den opp på nytt" in held.reason
    answer = await service.http.get(f"/v1/renderings/{held.document_id}", headers=await service.key(CLIENT_ID))
    assert answer.json()["state"] == "held"
    assert answer.json()["held"]["code"] == "logo-missing"


async def test_a_damaged_logo_holds_the_document(start: StartService, tmp_path: Path) -> None:
    service = await start("rendering")
    digest = await service.runtime.tools.objects.put(a_png())
    next((tmp_path / "objects").rglob(digest)).write_bytes(b"bit rot")
    await service.receives(an_invoice(1, seller=a_seller(logo=digest)))
    assert [held.code for held in await service.emitted(DocumentHeld)] == ["logo-damaged"]


async def test_a_logo_that_is_not_a_picture_holds_the_document(start: StartService) -> None:
    service = await start("rendering")
    digest = await service.runtime.tools.objects.put(b"not a picture")
    await service.receives(an_invoice(1, seller=a_seller(logo=digest)))
    assert [held.code for held in await service.emitted(DocumentHeld)] == ["logo-unusable"]
    assert await service.emitted(DocumentRendered) == []


async def test_a_document_waits_when_the_children_fail_and_is_rendered_later(blank: ServiceUnderTest) -> None:
    failing = Tools(blank.runtime.tools.settings, FailingRenderer(failures=1), blank.runtime.tools.objects)
    for pump in blank.runtime._pumps:
        pump.pipeline._tools = failing
    await blank.receives(an_invoice(1))
    (waiting,) = await blank.rows("select state, reason from inbox where state = 'waiting'")
    assert waiting["reason"] == "ChildrenFailed: child 1 ended: signal 9"
    blank.clock.advance(timedelta(seconds=6))
    await eventually(lambda: blank.emitted(DocumentRendered))


async def test_a_document_whose_rendering_is_parked_is_shown_as_held(blank: ServiceUnderTest) -> None:
    failing = Tools(blank.runtime.tools.settings, BrokenRenderer(), blank.runtime.tools.objects)
    for pump in blank.runtime._pumps:
        pump.pipeline._tools = failing
    event = an_invoice(1)
    await blank.receives(event)

    async def held_at_last() -> list[DocumentHeld]:
        blank.clock.advance(timedelta(hours=7))
        return await blank.emitted(DocumentHeld)

    (held,) = await eventually(held_at_last)
    assert (held.document_id, held.code, held.document) == (
        event.document.document_id,
        "rendering-failed",
        event.document,
    )
    (parked,) = await blank.rows("select state from inbox where state = 'parked'")
    assert parked["state"] == "parked"
    assert await blank.broken() == {}


class Letter:
    """A dead letter of rendering."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.headers = {"x-first-death-queue": "rendering.documents.document-confirmed.v1"}
        self.is_acknowledged = False

    def check_origin(self, _event_type: str) -> None:
        """There is no publisher to check."""

    async def acknowledge(self) -> None:
        self.is_acknowledged = True


class OneLetterBus:
    """Delivers one dead letter to whoever listens."""

    def __init__(self, letter: Letter) -> None:
        self._letter = letter

    async def listen_for_dead_letters(self, receive: Callable[[Any], None]) -> None:
        receive(self._letter)


async def test_a_document_whose_message_is_a_dead_letter_is_shown_as_held(blank: ServiceUnderTest) -> None:
    event, runtime = an_invoice(1), blank.runtime
    letter = Letter(blank.envelope(event).model_dump_json().encode())
    await park_dead_letters(cast(RabbitBus, OneLetterBus(letter)), "rendering", runtime.database, runtime.pipeline)
    await eventually(lambda: letter.is_acknowledged)
    (held,) = await blank.emitted(DocumentHeld)
    assert (held.document_id, held.code) == (event.document.document_id, "rendering-failed")


async def test_the_pdf_has_its_hash_as_etag(blank: ServiceUnderTest) -> None:
    event = an_invoice(1)
    await blank.receives(event)
    headers = await blank.key(CLIENT_ID)
    path = f"/v1/renderings/{event.document.document_id}/pdf"
    answer = await blank.http.get(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == BLANK_PAGE
    assert answer.headers["etag"] == f'"{hashlib.sha256(BLANK_PAGE).hexdigest()}"'
    again = await blank.http.get(path, headers={**headers, "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_api_shows_what_became_of_a_document(blank: ServiceUnderTest) -> None:
    event = an_invoice(1)
    await blank.receives(event)
    answer = await blank.http.get(f"/v1/renderings/{event.document.document_id}", headers=await blank.key(CLIENT_ID))
    rendering = answer.json()
    assert (rendering["state"], rendering["held"]) == ("rendered", None)
    (artefact,) = rendering["artefacts"]
    assert artefact["purpose"] == "read"
    assert artefact["sha256"] == hashlib.sha256(BLANK_PAGE).hexdigest()


@pytest.mark.parametrize("tail", ["", "/pdf"])
async def test_another_clients_document_is_not_found(blank: ServiceUnderTest, tail: str) -> None:
    event = an_invoice(1)
    await blank.receives(event)
    stranger = await blank.key(an_invoice(1).document.document_id)
    answer = await blank.http.get(f"/v1/renderings/{event.document.document_id}{tail}", headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "rendering-not-found")


@pytest.mark.parametrize("tail", ["", "/pdf"])
async def test_bad_requests_get_clear_answers(blank: ServiceUnderTest, tail: str) -> None:
    path = f"/v1/renderings/{an_invoice(1).document.document_id}{tail}"
    key, shop = await blank.key(CLIENT_ID), await blank.key(None, "print_shop")
    answers = [
        await blank.http.get(path),
        await blank.http.get(path, headers=shop),
        await blank.http.get(path, headers=key),
        await blank.http.get(f"/v1/renderings/42{tail}", headers=key),
        await blank.http.post(path, headers=key),
    ]
    assert [answer.status_code for answer in answers] == [401, 403, 404, 422, 405]
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in answers)


async def test_a_file_that_is_gone_from_the_store_answers_unavailable(blank: ServiceUnderTest, tmp_path: Path) -> None:
    event = an_invoice(1)
    await blank.receives(event)
    shutil.rmtree(tmp_path / "objects")
    path = f"/v1/renderings/{event.document.document_id}/pdf"
    answer = await blank.http.get(path, headers=await blank.key(CLIENT_ID))
    assert (answer.status_code, answer.json()["code"]) == (503, "file-unavailable")


async def test_many_documents_at_once_are_each_rendered_once(start: StartService) -> None:
    service = await start("rendering")
    events = [an_invoice(1, number=number) for number in range(1, 7)]
    await asyncio.gather(*(service.receives(event) for event in events))
    emitted = await service.emitted(DocumentRendered)
    assert {event.document.number for event in emitted} == set(range(1, 7))
    assert len({event.artefacts[0].sha256 for event in emitted}) == len(emitted) == 6
    records = await service.rows(RECORDS["rendered"])
    assert {(row["key"], row["value"]) for row in records} == {
        (str(event.document.document_id), event.artefacts[0].sha256) for event in emitted
    }
    assert await service.broken() == {}
