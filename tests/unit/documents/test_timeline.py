"""The same events give the same timeline, however they arrived."""

from datetime import date
from random import Random
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.document import DELIVERY_STATES, DeliveryState
from services.documents.domain.timeline import RANKS, TimelineEvent, What, in_order
from shared.ids import new_id

CLIENT, DOCUMENT = new_id(), new_id()

events = st.builds(
    TimelineEvent,
    st.just(CLIENT),
    st.just(DOCUMENT),
    st.sampled_from(RANKS),
    st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    key=st.text(max_size=3),
    number=st.none() | st.integers(1, 3),
    amount_ore=st.none() | st.integers(1, 9),
)


@given(st.lists(events, unique_by=lambda event: (event.what, event.key)), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_arrival(arrived: list[TimelineEvent], random: Random) -> None:
    shuffled = list(arrived)
    random.shuffle(shuffled)

    days = [event.on_date for event in in_order(arrived)]

    assert days == sorted(days)
    assert [(event.what, event.number, event.amount_ore) for event in in_order(shuffled)] == [
        (event.what, event.number, event.amount_ore) for event in in_order(arrived)
    ]


def test_every_kind_of_event_and_state_has_its_rank() -> None:
    assert set(RANKS) == set(get_args(What))
    assert set(DELIVERY_STATES) == set(get_args(DeliveryState))
