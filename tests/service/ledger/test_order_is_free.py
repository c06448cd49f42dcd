"""Any order and any doubling of the events of some documents gives the same books (in text) and the same open items."""

import random
from datetime import date
from uuid import UUID

import pytest

from shared.contracts.envelope import Event
from shared.ids import new_id
from tests.service.ledger.looking import books, hear_together, open_items, publish_together
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_ledger import a_credit_of, a_sale, delayed, dispatched, paid, undeliverable
from tests.support.service import ServiceUnderTest, StartService

SETTLED = [(1001, 125000, 0), (1002, 10000, -1000), (1003, 23000, 13000), (1004, 2800, 0), (1005, 12500, -37500)]


def a_story(client_id: UUID) -> list[Event]:
    """Five invoices: paid in parts; paid too much; half credited; credited whole; credited after it was paid."""
    parts = a_sale(1001, client_id=client_id)
    over = a_sale(1002, "100", "52", client_id=client_id)
    half = a_sale(1003, "200", "31", client_id=client_id)
    whole = a_sale(1004, "25", "33", client_id=client_id)
    late = a_sale(1005, "100", client_id=client_id)
    credited = [a_credit_of(half, 2001, "80"), a_credit_of(whole, 2002, "22.40"), a_credit_of(late, 2003)]
    said = [dispatched(parts), delayed(parts), undeliverable(over), delayed(half), dispatched(half)]
    said += [dispatched(whole), undeliverable(late), delayed(late), *map(dispatched, credited)]
    first = date(2026, 12, 1)
    payments = [paid(parts, 25000, paid_on=first), paid(parts, 100000), paid(over, 11000)]
    return [*said, *payments]


def told_again(story: list[Event], chance: random.Random) -> list[Event]:
    """The story shuffled, with some of it told two or three times."""
    doubled = [event for event in story for _ in range(chance.choice((1, 1, 2, 3)))]
    chance.shuffle(doubled)
    return doubled


async def as_told(ledger: ServiceUnderTest) -> str:
    await ledger.receives(*a_story(CLIENT_ID))
    assert await open_items(ledger) == SETTLED
    return await books(ledger)


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_and_doubling_gives_the_same_books(start: StartService, seed: int) -> None:
    ledger, chance = await start("ledger"), random.Random(seed)
    expected = await as_told(ledger)
    for _ in range(6):
        client_id = new_id()
        await ledger.receives(*told_again(a_story(client_id), chance))
        assert await books(ledger, client_id) == expected
        assert await open_items(ledger, client_id) == SETTLED
    assert await ledger.broken() == {}


@pytest.mark.parametrize("seed", range(3))
async def test_many_clients_stories_all_at_once_keep_every_book_right(start: StartService, seed: int) -> None:
    ledger, chance = await start("ledger"), random.Random(seed)
    expected = await as_told(ledger)
    clients = [new_id() for _ in range(12)]
    everything = told_again([event for client_id in clients for event in a_story(client_id)], chance)
    await hear_together(ledger, everything)
    assert {await books(ledger, client_id) for client_id in clients} == {expected}
    assert {tuple(await open_items(ledger, client_id)) for client_id in clients} == {tuple(SETTLED)}
    assert await ledger.broken() == {}


async def test_redelivered_envelopes_among_fresh_ones_change_nothing(start: StartService) -> None:
    ledger = await start("ledger")
    expected = await as_told(ledger)
    client_id = new_id()
    envelopes = [ledger.envelope(event) for event in a_story(client_id)]
    await publish_together(ledger, envelopes * 3)
    assert await books(ledger, client_id) == expected
    assert await ledger.broken() == {}
