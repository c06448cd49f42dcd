"""The channels, as data. A new channel is a row in `CHANNELS`, an adapter and a job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.delivery.domain.address import AddressUnusable, usable_address
from services.delivery.domain.delivery import State
from services.delivery.domain.document import Recipient
from shared.countries import is_complete
from shared.values import Channel, Purpose


@dataclass(frozen=True)
class ChannelRule:
    """How deliveries go on one channel."""

    obstacle: Callable[[Recipient], str | None]
    """Why this recipient cannot be reached on the channel; None when it can."""
    purposes: tuple[Purpose, ...]
    """Which artefact it sends: the first of these purposes that the document has."""
    first_state: State
    """The state in which a delivery waits for the channel. `ready` is claimed by the channel's own job."""
    waiting: str
    """What a delivery in `first_state` waits for, in words."""
    promise: timedelta
    """After this long without a hand-over the delivery counts as delayed."""
    backoff: tuple[timedelta, ...]
    """Pauses before the second, third, … attempt. When they are used up, the next channel's turn has come."""


Channels = Mapping[Channel, ChannelRule]
EMAIL: Final = "email"
PRINT: Final = "print"


def _email_obstacle(recipient: Recipient) -> str | None:
    if not recipient.email:
        return "the customer has no e-mail address"
    try:
        usable_address(recipient.email)
    except AddressUnusable as error:
        return str(error)
    return None


def _post_obstacle(recipient: Recipient) -> str | None:
    complete = is_complete(recipient.postal_code, recipient.city, recipient.country)
    return None if complete else "the postal address is incomplete"


_FIVE_DAYS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    *(timedelta(days=1),) * 4,
)
"""RFC 5321 §4.5.4.1: keep trying for at least four to five days."""

CHANNELS: Final[Channels] = {
    EMAIL: ChannelRule(
        obstacle=_email_obstacle,
        purposes=("read",),
        first_state="ready",
        waiting="waits for another attempt",
        promise=timedelta(days=1),
        backoff=_FIVE_DAYS,
    ),
    PRINT: ChannelRule(
        obstacle=_post_obstacle,
        purposes=("print", "read"),
        first_state="in_print",
        waiting="waits for the print shop",
        promise=timedelta(days=3),
        backoff=_FIVE_DAYS,
    ),
}
