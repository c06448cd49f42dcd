"""Many invoices issued together: all or none, one unbroken block, and no more statements than for one."""

from typing import Any

import pytest
import sqlalchemy as sa

from shared.contracts.documents import DocumentConfirmed
from shared.ids import new_id
from tests.service.documents.story import Shop, a_line, open_shop
from tests.support.service import StartService


async def statements_of(shop: Shop, ids: list[str]) -> int:
    """How many statements are sent while these are issued, without those of the relay and of the API's own tables."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if any(table in statement for table in ("document", "series", "_copy", "INSERT INTO outbox")):
            statements.append(statement)

    engine = shop.service.runtime.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        answer = await shop.post("/v1/invoices/issue", {"ids": ids})
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    return len(statements)


async def test_a_block_has_unbroken_numbers_in_the_order_given(start: StartService) -> None:
    shop = await open_shop(start)
    drafts = [await shop.drafted() for _ in range(5)]
    ids = [drafts[index] for index in (3, 0, 4, 1, 2)]

    answer = await shop.post("/v1/invoices/issue", {"ids": ids})

    assert [(item["id"], item["number"]) for item in answer.json()["items"]] == list(
        zip(ids, range(10001, 10006), strict=True)
    )
    assert len(await shop.service.emitted(DocumentConfirmed)) == 5
    assert await shop.service.broken() == {}


async def test_a_block_takes_as_many_statements_as_one_invoice(start: StartService) -> None:
    shop = await open_shop(start)
    single, block = [await shop.drafted()], [await shop.drafted() for _ in range(60)]

    assert await statements_of(shop, block) == await statements_of(shop, single) == 7


async def test_an_invoice_that_cannot_be_issued_stops_the_whole_block_and_is_named(start: StartService) -> None:
    shop = await open_shop(start)
    complete = [await shop.drafted() for _ in range(3)]
    undelivered = await shop.drafted(delivered_on=None)
    unnamed = await shop.drafted(lines=[a_line(description="")])

    answer = await shop.post("/v1/invoices/issue", {"ids": [*complete, undelivered, unnamed]})

    assert (answer.status_code, answer.json()["code"]) == (422, "several")
    assert [(error["pointer"], error["field"]) for error in answer.json()["errors"]] == [
        ("/ids/3/delivered_on", "delivery-time"),
        ("/ids/4/lines/0/description", "description"),
    ]
    assert await shop.service.emitted(DocumentConfirmed) == []
    assert (await shop.post("/v1/invoices/issue", {"ids": complete})).json()["items"][0]["number"] == 10001


async def test_invoices_that_were_issued_before_are_answered_as_they_are(start: StartService) -> None:
    shop = await open_shop(start)
    before, draft = (await shop.issued())["id"], await shop.drafted()

    answer = await shop.post("/v1/invoices/issue", {"ids": [draft, before]})

    assert [item["number"] for item in answer.json()["items"]] == [10002, 10001]


@pytest.mark.parametrize("ids", [[], ["x"], [str(new_id())] * 2, [str(new_id()) for _ in range(501)]])
async def test_a_block_has_one_to_500_different_ids(start: StartService, ids: list[str]) -> None:
    shop = await open_shop(start)

    assert (await shop.post("/v1/invoices/issue", {"ids": ids})).status_code == 422


async def test_another_clients_invoice_is_not_found(start: StartService) -> None:
    shop = await open_shop(start)
    other = await open_shop(shop.service)
    mine, theirs = await shop.drafted(), await other.drafted()

    answer = await shop.post("/v1/invoices/issue", {"ids": [mine, theirs]})

    assert (answer.status_code, answer.json()["code"]) == (404, "document-not-found")
    assert answer.json()["errors"][0]["pointer"] == "/ids/1"
