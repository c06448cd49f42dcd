"""What a stage is to be like, and the settings that follow from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.messaging.memory import MemoryBus

MEMORY = "memory"
RABBIT = "rabbit"


@dataclass(frozen=True)
class Plan:
    """`bus` is `memory` (one process), `rabbit` (a broker of our own, a process per service) or an `amqp://`
    address."""

    data: Path
    bus: str = MEMORY
    port: int = 0
    clock_offset_file: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """More settings by their full names, FAKTURA_…"""
    fast_database: bool = False
    """For tests and benchmarks that may lose everything in a power cut."""
    copies: Mapping[str, int] = field(default_factory=dict)
    """How many processes of a service; one when not named. With a broker only."""

    new_bus: Callable[[], MemoryBus] = MemoryBus
    """The bus of the one process; a test may bring one that misbehaves."""

    @property
    def one_process(self) -> bool:
        return self.bus == MEMORY


def environment(plan: Plan, database_url: str, owner_url: str, mail: tuple[str, int], front: str) -> dict[str, str]:
    """The settings of the house on this stage, as environment variables."""
    clock = {"FAKTURA_CLOCK_OFFSET_FILE": str(plan.clock_offset_file)} if plan.clock_offset_file else {}
    return {
        "FAKTURA_DATABASE_URL": database_url,
        "FAKTURA_OWNER_DATABASE_URL": owner_url,
        "FAKTURA_OBJECT_STORE": f"file://{plan.data / 'objects'}",
        "FAKTURA_DELIVERY_SMTP_HOST": mail[0],
        "FAKTURA_DELIVERY_SMTP_PORT": str(mail[1]),
        "FAKTURA_DELIVERY_WITNESS_URL": f"{front}/mailbox/seen",
        "FAKTURA_JOB_PAUSE_S": "0.5",
        **clock,
        **plan.settings,
    }
