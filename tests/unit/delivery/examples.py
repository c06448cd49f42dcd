"""Deliveries for the unit tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.delivery.domain.channels import CHANNELS
from services.delivery.domain.delivery import Delivery, message_id
from services.delivery.domain.machine import Terms
from services.delivery.events import rendered_document
from shared.ids import new_id
from shared.values import Channel
from tests.support.examples_delivery import a_rendered

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
TERMS = Terms(CHANNELS)


def a_delivery(channel: Channel = "email", channels: tuple[Channel, ...] = ("email", "print"), **more: Any) -> Delivery:
    """A delivery that is being sent for the first time on `channel`."""
    rendered = rendered_document(a_rendered())
    delivery_id = new_id()
    values: dict[str, Any] = {
        "delivery_id": delivery_id,
        "client_id": rendered.client_id,
        "document": rendered.document,
        "seller": rendered.seller,
        "recipient": rendered.recipient,
        "artefacts": rendered.artefacts,
        "channels": channels,
        "channel": channel,
        "message_id": message_id(delivery_id, "original", "b.example"),
        "state": "sending",
        "attempt": 1,
        "failures": 0,
        "promised_at": NOW + timedelta(hours=24),
        "created_at": NOW,
        "correlation_id": "test",
        "causation_id": None,
    }
    return Delivery(**values | more)
