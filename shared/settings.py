"""Settings of the house, from the environment with the prefix FAKTURA_. A service's own have FAKTURA_<NAME>_."""

from functools import cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class CommonSettings(BaseSettings):
    """What every process of the house needs to know about where it runs."""

    model_config = SettingsConfigDict(env_prefix="FAKTURA_", use_attribute_docstrings=True, extra="ignore", frozen=True)

    database_url: SecretStr = SecretStr("postgresql+psycopg://{role}@localhost/{database}")
    """How the services connect. `{database}` and `{role}` become `faktura_<service>`, a database and a role for
    each."""
    owner_database_url: SecretStr | None = None
    """How migrations connect: as the owner of the tables. Without it, as `database_url` says."""
    amqp_url: SecretStr = SecretStr("amqp://guest:guest@localhost/")
    object_store: str = "file:///var/lib/fakturaservice/objects"
    """Where rendered files lie: `file:///folder` or `s3://bucket/prefix` (with AWS_* in the environment)."""
    clock_offset_file: Path | None = None
    """For demonstrations: a file with seconds to add to the clock. All processes that share it share the time."""
    job_pause_s: float = 20.0
    retry_pause_s: float = 1.0
    drain_s: float = 25.0
    """How long work in flight may take when the process is told to stop."""
    ready_max_age_s: float = 300.0
    """Not ready when the oldest unhandled or unpublished message is older than this."""
    database_pool: int = 8
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"
    log_json: bool = True
    otlp_endpoint: str | None = None
    """Traces are sent here when set; tracing is off otherwise."""

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
