"""Nothing in the logs names a person, an address, an account or a secret, whatever happens to a message or a call."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dev.local.seed import CLIENT, CUSTOMERS
from services.system import NAMES
from shared.contracts.customers import CustomerChanged
from shared.contracts.envelope import Envelope
from shared.ids import new_id
from shared.messaging.bus import Outgoing
from shared.messaging.memory import MemoryBus
from shared.observability import logs
from tests.support.local_system import SystemUnderTest, start_system

PERSON: dict[str, Any] = {
    "is_business": False,
    "orgnr": None,
    "name": "Gunnhild Øverbølstad",
    "address": {"lines": ["Hemmeligveien 77"], "postal_code": "9990", "city": "Båtsfjord"},
    "email": "gunnhild@privat.example",
    "language": "nb",
    "channels": ["email"],
    "payment_terms_days": 14,
}
PRIVATE = (
    *(PERSON["name"], "Hemmeligveien", PERSON["email"], "privat.example"),
    *(CLIENT["bank_account"], CLIENT["email"], CLIENT["address"]["lines"][0]),
    *(customer["name"] for customer in CUSTOMERS),
    *(customer["address"]["lines"][0] for customer in CUSTOMERS),
)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_story_with_all_that_can_go_wrong_leaves_nothing_private_in_the_logs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bus, blank = MemoryBus(), {"FAKTURA_RENDERING_ENGINE": "blank"}
    async with start_system(tmp_path / "data", settings=blank, new_bus=lambda: bus) as system:
        logs.configure("DEBUG")
        customer_id = await system.customer(**PERSON)
        issued = await system.issue(customer_id)
        await system.posted(issued["id"])
        await _wrong_calls(system)
        await _unreadable_messages(bus)
        secrets = [str(system.local.bureau_key), system.api.headers["authorization"].removeprefix("Bearer ")]
        parked = _parked(system)
    written = "".join(capfd.readouterr())
    assert "message_parked" in written
    assert "caller_refused" in written
    assert [text for text in (*PRIVATE, *secrets) if text in written] == []
    assert [reason for reason in parked if PERSON["name"] in reason] == []


async def _wrong_calls(system: SystemUnderTest) -> None:
    """Refused for their content, their key, and by the database itself."""
    await system.try_post("/v1/customers", {**PERSON, "email": "gunnhild@privat.example\r\nBcc: x@y.example"})
    await system.try_post("/v1/customers", {**PERSON, "payment_terms_days": PERSON["name"], "x": PERSON["email"]})
    await system.try_post("/v1/customers", {**PERSON, "external_id": "same"})
    await system.try_post("/v1/customers", {**PERSON, "external_id": "same"})
    await system.api.post("/v1/customers", content=f'{{"name": "{PERSON["name"]}"'.encode())
    await system.try_post("/v1/customers", PERSON, Authorization=f"Bearer {PERSON['email']}")
    await system.try_post("/v1/customers", PERSON, Authorization=f"Basic {PERSON['name'].encode().hex()}")


async def _unreadable_messages(bus: MemoryBus) -> None:
    """An event whose data does not fit, and one that the database refuses."""
    for data in ({**PERSON, "version": PERSON["name"]}, {**PERSON, "customer_number": PERSON["email"]}):
        envelope = Envelope(
            id=new_id(),
            type=CustomerChanged.TYPE,
            source="/faktura/customers",
            time=datetime(2026, 11, 23, tzinfo=UTC),
            subject=new_id(),
            clientid=new_id(),
            correlationid="test",
            data=data,
        )
        await bus.publish(Outgoing(envelope.id, envelope.type, envelope.model_dump_json().encode()))


def _parked(system: SystemUnderTest) -> list[str]:
    reasons: list[str] = []
    for service in NAMES:
        engine = sa.create_engine(system.local.settings.owner_database(service))
        with engine.connect() as connection:
            reasons += connection.scalars(sa.text("select reason from inbox where state = 'parked'"))
        engine.dispose()
    return reasons
