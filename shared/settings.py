"""Common settings, from the environment with the prefix FAKTURA_. A service's own have the prefix FAKTURA_<NAME>_."""

from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.messaging.origin import BrokerUsers


class CommonSettings(BaseSettings):
    """What every process needs to know about its surroundings."""

    model_config = SettingsConfigDict(
        env_prefix="FAKTURA_", use_attribute_docstrings=True, hide_input_in_errors=True, extra="ignore", frozen=True
    )

    database_url: SecretStr = SecretStr("postgresql+psycopg://{role}@localhost/{database}")
    """How the services connect. `{database}` and `{role}` are replaced by `faktura_<service>`."""
    owner_database_url: SecretStr | None = None
    """How migrations connect, as the owner of the tables; `database_url` is used when it is not set."""
    amqp_url: SecretStr = SecretStr("amqp://guest:guest@localhost/")
    broker_user: str = "faktura_{service}"
    """The broker user of each service; `{service}` is replaced. Events are only accepted from the user of the service
    that owns them. One name for all services is for development: then they can forge each other's events."""
    weak_access_on_loopback: bool = False
    """On a machine of one's own: start with `guest`, a broker user that all services share, a database that asks for no
    password, or a role that bypasses row security, where the address is on the loopback or a Unix socket. Elsewhere a
    service refuses them always."""
    object_store: str = "file:///var/lib/fakturaservice/objects"
    """Where rendered files are stored: `file:///folder` or `s3://bucket/prefix` (with AWS_* in the environment)."""
    clock_offset_file: Path | None = None
    """For demonstrations: a file with seconds to add to the clock, for all processes that share it."""
    job_pause_s: float = 20.0
    """Seconds between two rounds of a job that found nothing to do."""
    retry_pause_s: float = 1.0
    """Seconds between two looks for messages that are due for another attempt."""
    drain_s: float = 25.0
    """Seconds that work in progress may take when the process is asked to stop."""
    outbox_days: int = Field(90, ge=7)
    """Days that published events stay in the outbox, to be published again when needed. They hold personal data."""
    inbox_days: int = Field(180, ge=7)
    """Days that a service knows which messages it has handled: longer than any retry, also one by a person."""
    idempotency_days: int = Field(30, ge=1)
    """Days in which a request that is repeated with its Idempotency-Key gets the stored answer."""
    discarded_body_days: int = Field(30, ge=1)
    """Days that the body of a discarded message stays; parked ones keep theirs until a person decides."""
    key_news_max_age_s: float = Field(900.0, gt=60.0)
    """Seconds after which keys are refused when this service has had no news of them: a key that is revoked while the
    broker is away works no longer than this. News comes each minute."""
    own_writes_wait_s: float = Field(10.0, ge=0)
    """Seconds that a call waits for the news of what its caller did before: a customer or a key that was just made, or
    the events in `Faktura-Seen`. Then it is refused with 503."""
    approval_days: int = Field(7, ge=1, le=90)
    """Days within which a second person must approve what takes two; then it must be asked for again."""
    database_pool: int = 8
    host: str = "127.0.0.1"
    port: int = 8000
    operations_port: int | None = None
    """Where `/health`, `/metrics` and `/docs` are served instead of on `port`; on `port` when it is not set."""
    operations_host: str | None = None
    """The address of the operations port; `host` when it is not set."""
    connections: int = Field(1000, ge=1)
    """Connections that a process serves at once, idle ones too; above it 503. The operations port has no limit."""
    allowed_hosts: str = ""
    """The host names that the API answers to, separated by commas; any when empty. IP addresses and `localhost` are
    always accepted."""
    requests_per_s: float = Field(500.0, gt=0)
    """Requests per second that a key, and a client with all its keys, may send to one process; above it 429."""
    requests_burst: int = Field(10_000, ge=1)
    """Requests that a key or a client may send at once after a quiet time."""
    requests_at_once: int = Field(64, ge=1)
    """Requests of a key or a client that one process handles at the same time; above it 429."""
    file_mib_per_day: int = Field(4096, ge=1)
    """MiB of files (bank files, logos) that a client, or a key that names no client, may send to one process in a day;
    above it 429."""
    wrong_keys_per_min: int = Field(120, ge=1)
    """Unknown keys that an address may send in a minute; above it 429."""
    log_level: str = "INFO"
    log_json: bool = True
    otlp_endpoint: str | None = None
    """Where traces are sent; tracing is off when it is not set."""

    @model_validator(mode="after")
    def _inbox_outlasts_outbox(self) -> Self:
        """An event that can still be published again must be recognised, and `verify` compares the two."""
        if self.inbox_days < self.outbox_days:
            raise ValueError("FAKTURA_INBOX_DAYS must not be less than FAKTURA_OUTBOX_DAYS")
        return self

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip())

    @property
    def broker_users(self) -> BrokerUsers:
        return BrokerUsers(self.broker_user)

    def database(self, service: str) -> str:
        return _fill(self.database_url, service)

    def owner_database(self, service: str) -> str:
        return _fill(self.owner_database_url or self.database_url, service)


def _fill(template: SecretStr, service: str) -> str:
    return template.get_secret_value().format(database=f"faktura_{service}", role=f"faktura_{service}")


@cache
def common_settings() -> CommonSettings:
    """The settings of this process, read once."""
    return CommonSettings()
