"""The same events in any order, some of them repeated, give the same books (as text) and the same open items."""

import random
from datetime import date
from uuid import UUID

import pytest

from shared.contracts.envelope import Event
from shared.contracts.values import DocumentSummary
from shared.ids import new_id
from tests.service.ledger.inspection import books, open_items, publish_together, receive_together
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_ledger import (
    a_credit_of,
    a_sale,
    cleared,
    delayed,
    dispatched,
    paid,
    refunded,
    undeliverable,
    undone,
    unmatched,
)
from tests.support.service import ServiceUnderTest, StartService

SETTLED = [(1001, 125000, 0), (1002, 10000, -1000), (1003, 23000, 11000), (1004, 2800, 0), (1005, 12500, -37500)]


def some_events(client_id: UUID) -> list[Event]:
    """Five invoices: paid in parts; paid too much; half credited; credited whole; credited after it was paid."""
    parts = a_sale(1001, client_id=client_id)
    over = a_sale(1002, "100", "52", client_id=client_id)
    half = a_sale(1003, "200", "31", client_id=client_id)
    whole = a_sale(1004, "25", "33", client_id=client_id)
    late = a_sale(1005, "100", client_id=client_id)
    credited = [a_credit_of(half, 2001, "80"), a_credit_of(whole, 2002, "22.40"), a_credit_of(late, 2003)]
    events = [dispatched(parts), delayed(parts), undeliverable(over), delayed(half), dispatched(half)]
    events += [dispatched(whole), undeliverable(late), delayed(late), *map(dispatched, credited)]
    first = date(2026, 12, 1)
    payments = [paid(parts, 25000, paid_on=first), paid(parts, 100000), paid(over, 11000)]
    return [*events, *payments, *_disorderly_money(parts, half)]


def _disorderly_money(first: DocumentSummary, second: DocumentSummary) -> list[Event]:
    """A payment that is matched in two parts, of which one is undone and refunded; and one that the bank takes back."""
    unknown = unmatched(first, 3000)
    parts = [cleared(unknown, invoice, amount_ore=amount) for invoice, amount in ((first, 1000), (second, 2000))]
    later = [undone(parts[0]), undone(parts[1]), cleared(unknown, second, amount_ore=2000), refunded(unknown, 1000)]
    bounced = paid(second, 7000)
    return [*parts, unknown, *later, undone(bounced), bounced, unmatched(second, -7000, kid=second.kid)]


def shuffled(events: list[Event], rng: random.Random) -> list[Event]:
    """The events in random order, some of them two or three times."""
    repeated = [event for event in events for _ in range(rng.choice((1, 1, 2, 3)))]
    rng.shuffle(repeated)
    return repeated


async def books_in_order(ledger: ServiceUnderTest) -> str:
    """The books after the events in their natural order."""
    await ledger.receives(*some_events(CLIENT_ID))
    assert await open_items(ledger) == SETTLED
    return await books(ledger)


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_with_repetitions_gives_the_same_books(start: StartService, seed: int) -> None:
    ledger, rng = await start("ledger"), random.Random(seed)
    expected = await books_in_order(ledger)
    for _ in range(6):
        client_id = new_id()
        await ledger.receives(*shuffled(some_events(client_id), rng))
        assert await books(ledger, client_id) == expected
        assert await open_items(ledger, client_id) == SETTLED
    assert await ledger.broken() == {}


@pytest.mark.parametrize("seed", range(3))
async def test_events_of_many_clients_at_once_keep_all_books_right(start: StartService, seed: int) -> None:
    ledger, rng = await start("ledger"), random.Random(seed)
    expected = await books_in_order(ledger)
    clients = [new_id() for _ in range(12)]
    events = [event for client_id in clients for event in some_events(client_id)]
    await receive_together(ledger, shuffled(events, rng))
    assert {await books(ledger, client_id) for client_id in clients} == {expected}
    assert {tuple(await open_items(ledger, client_id)) for client_id in clients} == {tuple(SETTLED)}
    assert await ledger.broken() == {}


async def test_redelivered_envelopes_change_nothing(start: StartService) -> None:
    ledger = await start("ledger")
    expected = await books_in_order(ledger)
    client_id = new_id()
    envelopes = [ledger.envelope(event) for event in some_events(client_id)]
    await publish_together(ledger, envelopes * 3)
    assert await books(ledger, client_id) == expected
    assert await ledger.broken() == {}
