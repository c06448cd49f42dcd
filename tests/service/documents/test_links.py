"""Links between documents: they add up, the database refuses what goes beyond the target, and nothing is ever undone.

The rows are written straight into the database, because the API credits and invoices only in full.
"""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from services.documents.domain.links import RELATIONS, Relation
from shared.ids import new_id
from tests.service.documents.story import Shop, open_shop
from tests.support.service import StartService


async def add_link(shop: Shop, relation: Relation, from_id: str, to_id: str, **other: Any) -> None:
    values = {"client_id": shop.client.client_id, "from_id": from_id, "to_id": to_id, "relation": relation}
    await shop.service.rows(
        "insert into document_link (client_id, from_id, to_id, relation, ordinal, amount_ore, created_at) "
        "values (:client_id, :from_id, :to_id, :relation, :ordinal, :amount_ore, now())",
        **values,
        **{"ordinal": 1, "amount_ore": 1, **other},
    )


async def targets(shop: Shop) -> dict[str, str]:
    """A target of each kind, worth 2 000 kroner without MVA and 2 500 with it."""
    return {"invoice": (await shop.issued())["id"], "order": (await shop.confirmed_order())["id"]}


WORTH = {"net_ore": 200000, "total_ore": 250000, "payable_ore": 250000}


@pytest.mark.parametrize("relation", RELATIONS)
async def test_parts_add_up_to_the_target_and_not_beyond_where_the_rule_forbids_it(
    start: StartService, relation: Relation
) -> None:
    shop, rule = await open_shop(start), RELATIONS[relation]
    target = (await targets(shop))[rule.to_kind]
    sources, whole = [(await shop.issued())["id"] for _ in range(3)], WORTH[rule.counts]

    await add_link(shop, relation, sources[0], target, ordinal=11, amount_ore=100000)
    await add_link(shop, relation, sources[1], target, ordinal=12, amount_ore=whole - 100000)

    if rule.may_exceed:
        await add_link(shop, relation, sources[2], target, ordinal=13)
    else:
        with pytest.raises(DBAPIError, match="exceed"):
            await add_link(shop, relation, sources[2], target, ordinal=13)


async def test_credits_added_at_the_same_time_do_not_exceed_the_invoice_together(start: StartService) -> None:
    shop = await open_shop(start)
    invoice, *sources = [(await shop.issued())["id"] for _ in range(4)]

    outcomes = await asyncio.gather(
        *(
            add_link(shop, "credits", source, invoice, ordinal=ordinal, amount_ore=100000)
            for ordinal, source in enumerate(sources, start=1)
        ),
        return_exceptions=True,
    )

    assert sorted(isinstance(outcome, DBAPIError) for outcome in outcomes) == [False, False, True]
    assert (await shop.get(f"/v1/invoices/{invoice}"))["credited_ore"] == 200000


@pytest.mark.parametrize("relation", RELATIONS)
async def test_a_link_needs_a_confirmed_target_of_the_right_kind(start: StartService, relation: Relation) -> None:
    shop, rule = await open_shop(start), RELATIONS[relation]
    source, draft = (await shop.issued())["id"], {"invoice": await shop.drafted(), "order": await shop.ordered()}
    [wrong_kind] = [target for kind, target in (await targets(shop)).items() if kind != rule.to_kind]

    for target in (draft[rule.to_kind], wrong_kind, str(new_id())):
        with pytest.raises(DBAPIError, match="no such target"):
            await add_link(shop, relation, source, target)


@pytest.mark.parametrize("relation", RELATIONS)
async def test_two_links_of_a_target_never_have_the_same_ordinal(start: StartService, relation: Relation) -> None:
    shop = await open_shop(start)
    target = (await targets(shop))[RELATIONS[relation].to_kind]
    sources = [(await shop.issued())["id"] for _ in range(2)]
    await add_link(shop, relation, sources[0], target, ordinal=7)

    with pytest.raises(DBAPIError, match="uq_document_link"):
        await add_link(shop, relation, sources[1], target, ordinal=7)


async def test_an_invoice_credited_in_part_is_still_open(start: StartService) -> None:
    shop = await open_shop(start)
    invoice, source = (await shop.issued())["id"], (await shop.issued())["id"]

    await add_link(shop, "credits", source, invoice, amount_ore=100000)

    answer = await shop.get(f"/v1/invoices/{invoice}")
    assert (answer["credited_ore"], answer["payment_state"]) == (100000, "open")


@pytest.mark.parametrize("tampering", ["update document_link set amount_ore = 0", "delete from document_link"])
async def test_nobody_can_change_or_delete_a_link(start: StartService, tampering: str) -> None:
    shop = await open_shop(start)
    await shop.post(f"/v1/invoices/{(await shop.issued())['id']}/credit")

    with pytest.raises(DBAPIError, match="permission denied"):
        await shop.service.rows(tampering)


async def test_a_link_between_the_wrong_kinds_is_found(start: StartService) -> None:
    shop = await open_shop(start)
    invoice, source = (await shop.issued())["id"], (await shop.issued())["id"]

    await add_link(shop, "credits", source, invoice, amount_ore=100000)

    assert list(await shop.service.broken()) == ["documents/links-join-the-right-kinds"]
