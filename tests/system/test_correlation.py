"""One id runs from the API call to the ledger entry, through every service and every message between."""

from pathlib import Path

import sqlalchemy as sa

from services.system import NAMES
from tests.support.local_system import SystemUnderTest, start_system

MINE = "march-run-42"


async def test_the_callers_id_is_on_every_fact_that_the_call_led_to(tmp_path: Path) -> None:
    async with start_system(tmp_path / "data", settings={"FAKTURA_RENDERING_ENGINE": "blank"}) as system:
        draft = await system.draft(await system.customer())

        answer = await system.try_post(f"/v1/invoices/{draft}/issue", **{"X-Correlation-Id": MINE})

        assert answer.headers["x-correlation-id"] == MINE
        await system.posted(draft)
        assert _said_for(system, MINE) == [
            "documents.document-confirmed.v1",
            "rendering.document-rendered.v1",
            "delivery.document-dispatched.v1",
            "ledger.entry-posted.v1",
        ]


async def test_a_call_without_an_id_is_given_one_and_a_strange_one_is_not_taken_over(tmp_path: Path) -> None:
    async with start_system(tmp_path / "data") as system:
        given = (await system.api.get("/v1/customers")).headers["x-correlation-id"]
        strange = await system.api.get("/v1/customers", headers={"X-Correlation-Id": "x" * 101})

        assert len(given) == 36
        assert strange.headers["x-correlation-id"] != "x" * 101


def _said_for(system: SystemUnderTest, correlation: str) -> list[str]:
    """The types of the facts that carry this id, in the order of the pipeline."""
    said: list[str] = []
    query = sa.text("select type from outbox where body::jsonb ->> 'correlationid' = :correlation order by id")
    for service in NAMES:
        engine = sa.create_engine(system.system.settings.owner_database(service))
        with engine.connect() as connection:
            said += connection.scalars(query, {"correlation": correlation})
        engine.dispose()
    return said
