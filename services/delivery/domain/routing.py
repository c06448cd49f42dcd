"""Which of the agreed channels can be used for a document at all, in the order of the agreement."""

from dataclasses import dataclass

from services.delivery.domain.channels import ChannelRule, Channels
from services.delivery.domain.document import RenderedDocument, choose_artefact
from shared.values import Channel


@dataclass(frozen=True)
class Route:
    """The usable channels, each once, and why the others cannot be used."""

    channels: tuple[Channel, ...]
    obstacles: tuple[str, ...]


def route(rendered: RenderedDocument, channels: Channels) -> Route:
    """The document's route. Without a usable channel it is undeliverable, and `obstacles` says why."""
    agreed = tuple(dict.fromkeys(rendered.channels))
    if not agreed:
        return Route((), ("the agreement names no channel",))
    obstacles = {channel: _obstacle(rendered, channels[channel]) for channel in agreed}
    return Route(
        channels=tuple(channel for channel, obstacle in obstacles.items() if obstacle is None),
        obstacles=tuple(f"{channel}: {obstacle}" for channel, obstacle in obstacles.items() if obstacle is not None),
    )


def _obstacle(rendered: RenderedDocument, rule: ChannelRule) -> str | None:
    if choose_artefact(rendered.artefacts, rule.purposes) is None:
        return "the document has no file for this channel"
    return rule.obstacle(rendered.recipient)
