"""Which of the agreed channels can be used for a document at all, in the order of the agreement."""

from dataclasses import dataclass

from services.delivery.domain.address import AddressUnusable, usable_address
from shared.contracts.rendering import DocumentRendered
from shared.contracts.values import PostalAddress
from shared.values import Channel


@dataclass(frozen=True)
class Route:
    """The usable channels, each once; the address to mail to; and why the others cannot be used."""

    channels: tuple[Channel, ...]
    email: str | None
    obstacles: tuple[str, ...]


def route(rendered: DocumentRendered) -> Route:
    """The way of this document. No channels left means that it is undeliverable, and `obstacles` says why."""
    email = rendered.delivery.email or rendered.buyer.email
    channels: list[Channel] = []
    obstacles: list[str] = []
    for channel in dict.fromkeys(rendered.delivery.channels):
        obstacle = _mail_obstacle(email) if channel == "email" else _post_obstacle(rendered.buyer.address)
        if obstacle is None:
            channels.append(channel)
        else:
            obstacles.append(f"{channel}: {obstacle}")
    return Route(
        tuple(channels), usable_address(email) if email and "email" in channels else None, _told(obstacles, channels)
    )


def _told(obstacles: list[str], channels: list[Channel]) -> tuple[str, ...]:
    return tuple(obstacles) if obstacles or channels else ("the agreement names no channel",)


def _mail_obstacle(email: str | None) -> str | None:
    if not email:
        return "the customer has no e-mail address"
    try:
        usable_address(email)
    except AddressUnusable as error:
        return str(error)
    return None


def _post_obstacle(address: PostalAddress) -> str | None:
    return None if address.postal_code.strip() and address.city.strip() else "the postal address is incomplete"
