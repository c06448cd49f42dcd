"""A document has one file for each purpose, and the first one stays."""

import hashlib
from collections.abc import Sequence

import pytest

from services.rendering.domain.outcome import Artefact, Held, Outcome, Rendered
from services.rendering.usecases.save_outcomes import save_outcomes
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.db.database import Cause
from shared.messaging.subscription import Received
from shared.values import Purpose
from tests.support.examples_documents import an_invoice
from tests.support.service import ServiceUnderTest, StartService


@pytest.fixture
async def service(start: StartService, monkeypatch: pytest.MonkeyPatch) -> ServiceUnderTest:
    monkeypatch.setenv("FAKTURA_RENDERING_ENGINE", "blank")
    return await start("rendering")


def an_artefact(purpose: Purpose = "read", content: bytes = b"first") -> Artefact:
    return Artefact(
        purpose=purpose,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type="application/pdf",
        size_bytes=len(content),
        pages=1,
        filename="faktura-1.pdf",
        layout_version="standard-1",
    )


async def save(service: ServiceUnderTest, outcomes: Sequence[tuple[DocumentConfirmed, Outcome]]) -> None:
    cause = Cause("test")
    async with service.runtime.database.unit(cause) as work:
        await save_outcomes(work, [(Received(event, cause), outcome) for event, outcome in outcomes])


async def stored(service: ServiceUnderTest) -> dict[str, str]:
    return {row["purpose"]: row["sha256"] for row in await service.rows("select purpose, sha256 from artefact")}


async def test_a_document_may_have_a_file_for_each_purpose(service: ServiceUnderTest) -> None:
    read, structured = an_artefact("read"), an_artefact("structured", b"xml")
    await save(service, [(an_invoice(1), Rendered((read, structured)))])
    assert await stored(service) == {"read": read.sha256, "structured": structured.sha256}
    (event,) = await service.emitted(DocumentRendered)
    assert [artefact.purpose for artefact in event.artefacts] == ["read", "structured"]
    assert await service.broken() == {}


async def test_the_first_file_for_a_purpose_stays_when_a_new_purpose_is_added(service: ServiceUnderTest) -> None:
    event, first, added = an_invoice(1), an_artefact("read"), an_artefact("structured", b"xml")
    await save(service, [(event, Rendered((first,)))])
    await save(service, [(event, Rendered((an_artefact("read", b"second"), added)))])
    assert await stored(service) == {"read": first.sha256, "structured": added.sha256}
    assert len(await service.emitted(DocumentRendered)) == 1
    assert await service.broken() == {}


async def test_the_same_document_twice_in_a_batch_is_emitted_once_with_its_first_file(
    service: ServiceUnderTest,
) -> None:
    event, other = an_invoice(1), an_invoice(1)
    first, second = an_artefact(content=b"first"), an_artefact(content=b"second")
    batch = [(event, Rendered((first,))), (other, Rendered((second,))), (event, Rendered((second,)))]
    await save(service, batch)
    emitted = {event.document.document_id: event.artefacts[0] for event in await service.emitted(DocumentRendered)}
    assert emitted[event.document.document_id].sha256 == first.sha256
    assert len(emitted) == len(await service.rows("select * from artefact")) == 2
    assert await service.broken() == {}


async def test_a_document_that_has_a_file_is_not_held_later(service: ServiceUnderTest) -> None:
    event, held = an_invoice(1), Held("logo-missing", "Logoen finnes ikke.")
    await save(service, [(event, held), (event, Rendered((an_artefact(),)))])
    assert await service.emitted(DocumentHeld) == []
    assert await service.rows("select * from held") == []
