"""One correlation id from the API call to the ledger entry, through every service and message."""

from pathlib import Path

import sqlalchemy as sa

from services.system import NAMES
from tests.support.local_system import SystemUnderTest, start_system

CALLERS_ID = "march-run-42"


async def test_the_callers_id_is_on_every_event_that_the_call_led_to(tmp_path: Path) -> None:
    async with start_system(tmp_path / "data", settings={"FAKTURA_RENDERING_ENGINE": "blank"}) as system:
        draft = await system.draft(await system.customer())

        answer = await system.try_post(f"/v1/invoices/{draft}/issue", **{"X-Correlation-Id": CALLERS_ID})

        assert answer.headers["x-correlation-id"] == CALLERS_ID
        await system.posted(draft)
        assert _emitted_for(system, CALLERS_ID) == [
            "documents.document-confirmed.v1",
            "rendering.document-rendered.v1",
            "delivery.document-dispatched.v1",
            "ledger.entry-posted.v1",
        ]


async def test_a_call_without_an_id_gets_one_and_an_oversized_id_is_replaced(tmp_path: Path) -> None:
    async with start_system(tmp_path / "data") as system:
        generated = (await system.api.get("/v1/customers")).headers["x-correlation-id"]
        oversized = await system.api.get("/v1/customers", headers={"X-Correlation-Id": "x" * 101})

        assert len(generated) == 36
        assert oversized.headers["x-correlation-id"] != "x" * 101


def _emitted_for(system: SystemUnderTest, correlation: str) -> list[str]:
    """The types of the events with this id, in pipeline order."""
    types: list[str] = []
    query = sa.text("select type from outbox where body::jsonb ->> 'correlationid' = :correlation order by id")
    for service in NAMES:
        engine = sa.create_engine(system.local.settings.owner_database(service))
        with engine.connect() as connection:
            types += connection.scalars(query, {"correlation": correlation})
        engine.dispose()
    return types
