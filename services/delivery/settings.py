"""Settings of delivery, from the environment with the prefix FAKTURA_DELIVERY_."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.delivery.domain.address import usable_address
from services.delivery.domain.machine import Terms

Seconds = Annotated[float, Field(gt=0)]


class DeliverySettings(BaseSettings):
    """Where mail goes first (our own relay), how long each step may take, and what is promised."""

    model_config = SettingsConfigDict(
        env_prefix="FAKTURA_DELIVERY_", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["never", "offered", "starttls", "implicit"] = "offered"
    """`offered` takes STARTTLS when the relay has it, `starttls` insists on it, `implicit` starts in TLS (port 465)."""
    smtp_ca_file: str | None = None
    """Certificates to trust instead of the machine's, for a relay with one of its own."""
    smtp_local_hostname: str | None = None
    """What we call ourselves in EHLO; by default the machine's name."""
    sender: str = "faktura@fakturaservice.example"
    """Envelope sender and From address; the client's name stands before it."""
    message_id_domain: str | None = None
    """By default the domain of the sender."""
    workers: Annotated[int, Field(ge=1, le=100)] = 4
    """Mail connections at work at once in this process."""
    batch: Annotated[int, Field(ge=1, le=100)] = 10
    """Mails that one worker takes up at a time."""
    lease_s: Seconds = 900
    lease_margin_s: Seconds = 30
    connect_timeout_s: Seconds = 30
    command_timeout_s: Seconds = 300
    """RFC 5321 §4.5.3.2.2-3: MAIL and RCPT."""
    data_timeout_s: Seconds = 120
    """RFC 5321 §4.5.3.2.4: DATA."""
    content_timeout_s: Seconds = 180
    """RFC 5321 §4.5.3.2.5: until the content has left us."""
    answer_timeout_s: Seconds = 600
    """RFC 5321 §4.5.3.2.6: from the final dot to the answer."""
    backoff_s: Annotated[tuple[float, ...], NoDecode] = (60, 300, 900, 3600, 14400, 86400, 86400, 86400, 86400)
    """Pauses between attempts, comma separated in the environment; five days in all."""
    promised_s: Seconds = 24 * 3600
    """E-mail is handed over within this, or the delay is told."""
    print_promised_s: Seconds = 3 * 24 * 3600
    mail_log_url: str | None = None
    """`GET {witness_url}/{Message-ID}` answers 200 when the relay has taken it, else 404. Without it people decide."""
    mail_log_timeout_s: Seconds = 10
    mail_log_patience_s: Annotated[float, Field(ge=0)] = 60
    """So long a mail must have been uncertain before `not seen` is believed: the relay may still be writing it down."""
    mail_log_pause_s: Annotated[float, Field(ge=0)] = 5
    """Between two questions about the same mail."""
    print_duplex: bool = False
    print_claim_max_s: Seconds = 7200
    """A claim can be renewed up to this age."""

    @field_validator("sender")
    @classmethod
    def _plain_sender(cls, sender: str) -> str:
        return usable_address(sender)

    @field_validator("backoff_s", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        return tuple(float(part) for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @model_validator(mode="after")
    def _lease_outlives_an_answer(self) -> Self:
        if self.lease_s <= self.answer_timeout_s + self.lease_margin_s:
            raise ValueError(
                "lease_s must be longer than answer_timeout_s + lease_margin_s, or no mail can ever be sent"
            )
        return self

    @property
    def domain(self) -> str:
        return self.message_id_domain or self.sender.rpartition("@")[2]

    @property
    def terms(self) -> Terms:
        return Terms(
            email_promise=timedelta(seconds=self.promised_s),
            print_promise=timedelta(seconds=self.print_promised_s),
            backoff=tuple(timedelta(seconds=pause) for pause in self.backoff_s),
            duplex=self.print_duplex,
        )
