"""Delivery at work with a mail server whose behaviour can be set, and a mail log."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from shared.contracts.rendering import DocumentRendered
from shared.objects import ObjectStore
from tests.support.eventually import eventually
from tests.support.examples_delivery import PDF, a_rendered
from tests.support.mail_sink import MailSink, mail_sink
from tests.support.service import ServiceUnderTest, StartService


class SinkLog:
    """A mail log that knows what the sink has accepted; `silent` makes it unable to answer."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink
        self.silent = False
        self.queried: list[str] = []

    async def has(self, message_id: str) -> bool | None:
        self.queried.append(message_id)
        return None if self.silent else message_id in self._sink.accepted


class DeliveryUnderTest:
    def __init__(self, service: ServiceUnderTest, sink: MailSink, mail_log: SinkLog) -> None:
        self.service = service
        self.sink = sink
        self.mail_log = mail_log
        self.objects: ObjectStore = service.runtime.tools.objects

    async def renders(self, *, pdf: bytes = PDF, **fields: Any) -> DocumentRendered:
        """A document is rendered: its file is in the store, and delivery receives the event."""
        sha256 = await self.objects.put(pdf)
        values: dict[str, Any] = {"sha256": sha256, "size_bytes": len(pdf)} | fields
        event = a_rendered(**values)
        await self.service.receives(event)
        return event

    async def delivery(self, event: DocumentRendered) -> dict[str, Any]:
        (row,) = await self.service.rows(
            "select * from delivery where document_id = :id", id=event.document.document_id
        )
        return dict(row)

    async def reaches(self, event: DocumentRendered, state: str) -> dict[str, Any]:
        """The delivery's row once it is in this state."""

        async def row_in_state() -> dict[str, Any] | None:
            row = await self.delivery(event)
            return row if row["state"] == state else None

        row: dict[str, Any] | None = await eventually(row_in_state)
        assert row is not None
        return row

    async def outcomes(self, event: DocumentRendered) -> list[str]:
        rows = await self.service.rows(
            "select outcome from delivery_attempt a join delivery d using (delivery_id) "
            "where d.document_id = :id order by attempt_id",
            id=event.document.document_id,
        )
        return [row["outcome"] for row in rows]


StartDelivery = Callable[..., Awaitable[DeliveryUnderTest]]


@pytest.fixture
async def sink() -> AsyncIterator[MailSink]:
    async with mail_sink() as running:
        yield running


@pytest.fixture
async def start_delivery(start: StartService, sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> StartDelivery:
    """Start delivery with these settings; `mail_log=False` leaves it without a mail log."""

    async def started(*, mail_log: bool = True, **settings: Any) -> DeliveryUnderTest:
        defaults = {"mail_log_patience_s": 0, "mail_log_pause_s": 0, "smtp_tls": "never"}
        chosen = {"smtp_host": "127.0.0.1", "smtp_port": sink.port, **defaults, **settings}
        for name, value in chosen.items():
            monkeypatch.setenv(f"FAKTURA_DELIVERY_{name.upper()}", str(value))
        sink_log = SinkLog(sink)
        monkeypatch.setattr("services.delivery.tools.HttpMailLog", lambda _url, _http: sink_log)
        if mail_log:
            monkeypatch.setenv("FAKTURA_DELIVERY_MAIL_LOG_URL", "http://mail-log.test")
        return DeliveryUnderTest(await start("delivery"), sink, sink_log)

    return started


@pytest.fixture
async def delivery(start_delivery: StartDelivery) -> DeliveryUnderTest:
    return await start_delivery()
