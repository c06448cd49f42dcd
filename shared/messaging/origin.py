"""Who published a message. Each service has a broker user of its own, and only the owner of an event publishes it.

A message carries its publisher's user in the property `user_id`. The broker compares it with the user of the connection
and refuses any other, so it can be trusted as far as the broker can: https://www.rabbitmq.com/docs/validated-user-id
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PLACEHOLDER = "{service}"
DEFAULT_USER = "guest"
"""The user of an address that names none."""


class ForgedEvent(Exception):
    """Somebody else than the owner of the event published it. It is parked and never handled, not even by a replay."""


def owner_of(event_type: str) -> str:
    """The service that publishes it."""
    return event_type.partition(".")[0]


@dataclass(frozen=True)
class BrokerUsers:
    """The broker user of each service: a name with `{service}`, or one name that all share."""

    template: str

    @property
    def shared(self) -> bool:
        """Whether all services are one user, so that they cannot be told apart; strangers still can."""
        return PLACEHOLDER not in self.template

    def user_of(self, service: str) -> str:
        return self.template.replace(PLACEHOLDER, service)

    def check(self, event_type: str, user: str | None) -> None:
        """Raise ForgedEvent unless the message comes from the user of the service that owns this type of event."""
        owner = self.user_of(owner_of(event_type))
        if user != owner:
            raise ForgedEvent(f"{event_type} was published by {user or 'nobody'}, and belongs to {owner}")


def user_in(address: str) -> str:
    """The user that an address (`amqp://user:password@host/`) connects as."""
    return unquote(urlsplit(address).username or DEFAULT_USER)
