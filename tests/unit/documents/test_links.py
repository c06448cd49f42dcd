"""Relations between documents: amounts add up over the links."""

from services.documents.domain.links import Link, is_exhausted, of_relation
from services.documents.domain.order import OrderRow
from shared.clock import SystemClock
from shared.ids import new_id

CLIENT, TARGET = new_id(), new_id()


def credits_of(*amounts: int) -> list[Link]:
    return [Link(CLIENT, new_id(), TARGET, "credits", ordinal, amount) for ordinal, amount in enumerate(amounts, 1)]


def target(net_ore: int, total_ore: int) -> OrderRow:
    return OrderRow(
        order_id=TARGET,
        client_id=CLIENT,
        status="confirmed",
        version=1,
        external_id=None,
        customer_id=new_id(),
        customer_name="Kunde",
        net_ore=net_ore,
        mva_ore=total_ore - net_ore,
        total_ore=total_ore,
        created_at=SystemClock().now(),
        confirmed_at=None,
    )


def test_a_target_is_exhausted_when_its_links_add_up_to_it() -> None:
    assert not is_exhausted("credits", target(80, 100), [])
    assert not is_exhausted("credits", target(80, 100), credits_of(60, 39))
    assert is_exhausted("credits", target(80, 100), credits_of(60, 40))


def test_a_target_worth_nothing_is_exhausted_by_its_first_link() -> None:
    assert not is_exhausted("credits", target(0, 0), [])
    assert is_exhausted("credits", target(0, 0), credits_of(0))


def test_links_are_in_the_order_in_which_they_were_made() -> None:
    reminds = [Link(CLIENT, new_id(), TARGET, "reminds", 1, 1)]
    credits_ = credits_of(1, 2, 3)

    assert of_relation([*reversed(credits_), *reminds], "credits") == credits_
