"""What a local system consists of, and the settings that follow from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.messaging.memory import MemoryBus

MEMORY = "memory"
RABBIT = "rabbit"

QUICK_MAIL = {
    "FAKTURA_DELIVERY_ANSWER_TIMEOUT_S": "10",
    "FAKTURA_DELIVERY_LEASE_MARGIN_S": "2",
    "FAKTURA_DELIVERY_LEASE_S": "15",
    "FAKTURA_DELIVERY_MAIL_LOG_PATIENCE_S": "2",
    "FAKTURA_DELIVERY_MAIL_LOG_PAUSE_S": "0.5",
}
"""The mail server is on the same machine and answers at once: a mail that was being sent when the process was killed
need not wait the quarter of an hour that a distant server may take."""


@dataclass(frozen=True)
class Plan:
    """`bus` is `memory` (one process), `rabbit` (a private broker, a process per service) or an `amqp://`
    address."""

    data: Path
    bus: str = MEMORY
    port: int = 0
    clock_offset_file: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """More environment variables, FAKTURA_…"""
    fast_database: bool = False
    """For tests, which may lose everything in a power cut."""
    copies: Mapping[str, int] = field(default_factory=dict)
    """How many processes of a service, by default one. Only with a broker."""
    new_bus: Callable[[], MemoryBus] = MemoryBus
    """Creates the bus of the one process; tests inject a faulty one."""

    @property
    def one_process(self) -> bool:
        return self.bus == MEMORY


def environment_of(
    plan: Plan, database_url: str, owner_url: str, mail_server: tuple[str, int], address: str
) -> dict[str, str]:
    """The settings of all services, as environment variables."""
    clock = {"FAKTURA_CLOCK_OFFSET_FILE": str(plan.clock_offset_file)} if plan.clock_offset_file else {}
    return {
        "FAKTURA_DATABASE_URL": database_url,
        "FAKTURA_OWNER_DATABASE_URL": owner_url,
        "FAKTURA_OBJECT_STORE": f"file://{plan.data / 'objects'}",
        "FAKTURA_DELIVERY_SMTP_HOST": mail_server[0],
        "FAKTURA_DELIVERY_SMTP_PORT": str(mail_server[1]),
        "FAKTURA_DELIVERY_MAIL_LOG_URL": f"{address}/mailbox/accepted",
        "FAKTURA_JOB_PAUSE_S": "0.5",
        "FAKTURA_WEAK_ACCESS_ON_LOOPBACK": "true",
        **QUICK_MAIL,
        **clock,
        **plan.settings,
    }
