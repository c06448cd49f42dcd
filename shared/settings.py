"""Common settings, from the environment with the prefix FAKTURA_. A service's own have the prefix FAKTURA_<NAME>_."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    key_news_max_age_s: float = Field(900.0, gt=60.0)
    """Seconds after which keys are refused when this service has had no news of them: a key that is revoked while the
    broker is away works no longer than this. News comes each minute."""
    approval_days: int = Field(7, ge=1, le=90)
    """Days within which a second person must approve what takes two; then it must be asked for again."""
    database_pool: int = 8
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"
    log_json: bool = True
    otlp_endpoint: str | None = None
    """Where traces are sent; tracing is off when it is not set."""

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
