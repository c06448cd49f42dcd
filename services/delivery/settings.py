"""Settings of delivery, from the environment with the prefix FAKTURA_DELIVERY_."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.delivery.domain.address import usable_address
from services.delivery.domain.channels import CHANNELS, ChannelRule
from services.delivery.domain.machine import Terms
from services.delivery.domain.print_shop import PrintShops
from shared.values import Channel

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Seconds = Annotated[float, Field(gt=0)]


def _split(value: object) -> object:
    """`60,300` and `60`, as they may stand in the environment."""
    return value if isinstance(value, list | tuple) else [part for part in str(value).split(",") if part.strip()]


Ids = Annotated[tuple[UUID, ...], BeforeValidator(_split)]
Pauses = Annotated[tuple[Annotated[float, Field(ge=0)], ...], BeforeValidator(_split)]


def _promises() -> dict[Channel, float]:
    return {channel: rule.promise.total_seconds() for channel, rule in CHANNELS.items()}


def _backoffs() -> dict[Channel, tuple[float, ...]]:
    return {channel: tuple(pause.total_seconds() for pause in rule.backoff) for channel, rule in CHANNELS.items()}


class DeliverySettings(BaseSettings):
    """Our own mail relay, how long each step may take, and what is promised."""

    model_config = SettingsConfigDict(
        env_prefix="FAKTURA_DELIVERY_",
        env_nested_delimiter="__",
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["never", "offered", "starttls", "implicit"] = "offered"
    """`offered` uses STARTTLS when the relay has it, `starttls` insists on it, `implicit` starts in TLS (port 465).
    A password needs one of the last two, unless the relay is on this machine."""
    smtp_ca_file: str | None = None
    """Certificates to trust instead of the machine's, for a relay with a private one."""
    smtp_local_hostname: str | None = None
    """Our name in EHLO; by default the machine's name."""
    sender: str = "faktura@fakturaservice.example"
    """Envelope sender and From address; the client's name is shown before it."""
    message_id_domain: str | None = None
    """By default the domain of the sender."""
    workers: Annotated[int, Field(ge=1, le=100)] = 4
    """Mail connections in use at once in this process."""
    batch: Annotated[int, Field(ge=1, le=100)] = 10
    """Mails that one worker claims at a time."""
    lease_s: Seconds = 900
    lease_margin_s: Seconds = 30
    connect_timeout_s: Seconds = 30
    command_timeout_s: Seconds = 300
    """RFC 5321 §4.5.3.2.2-3: MAIL and RCPT."""
    data_timeout_s: Seconds = 120
    """RFC 5321 §4.5.3.2.4: DATA."""
    content_timeout_s: Seconds = 180
    """RFC 5321 §4.5.3.2.5: until all of the content has been sent."""
    answer_timeout_s: Seconds = 600
    """RFC 5321 §4.5.3.2.6: from the final dot to the answer."""
    backoff_s: dict[Channel, Pauses] = Field(default_factory=_backoffs)
    """Pauses between attempts, per channel: `BACKOFF_S__EMAIL=60,300`. A channel not named keeps its default."""
    promise_s: dict[Channel, Seconds] = Field(default_factory=_promises)
    """How long until a delivery counts as delayed, per channel: `PROMISE_S__EMAIL=86400`. As above for the others."""
    mail_log_url: str | None = None
    """`GET {mail_log_url}/{Message-ID}` answers 200 when the relay has taken the mail, else 404. Without it people
    resolve uncertain mails."""
    mail_log_timeout_s: Seconds = 10
    mail_log_patience_s: Annotated[float, Field(ge=0)] = 60
    """How long a mail must have been uncertain before a 404 is believed: the relay may still be writing its log."""
    mail_log_pause_s: Annotated[float, Field(ge=0)] = 5
    """Between two queries about the same mail."""
    print_duplex: bool = False
    print_claim_max_s: Seconds = 7200
    """A claim can be renewed up to this age."""
    print_shop_keys: dict[str, Ids] = Field(default_factory=dict)
    """The ids of each print shop's keys: `PRINT_SHOP_KEYS__DRAMMEN=0193…,0194…`. Without any there is one print shop,
    and every print-shop key is its."""
    print_shop_clients: dict[str, Ids] = Field(default_factory=dict)
    """The ids of the clients that a print shop prints for: `PRINT_SHOP_CLIENTS__BERGEN=0193…`."""
    print_shop_default: str = "main"
    """The print shop of all other clients. Must have keys when any has."""

    @field_validator("sender")
    @classmethod
    def _plain_sender(cls, sender: str) -> str:
        return usable_address(sender)

    @model_validator(mode="after")
    def _lease_outlives_an_answer(self) -> Self:
        if self.lease_s <= self.answer_timeout_s + self.lease_margin_s:
            raise ValueError(
                "lease_s must be longer than answer_timeout_s + lease_margin_s, or no mail can ever be sent"
            )
        return self

    @model_validator(mode="after")
    def _password_only_over_tls(self) -> Self:
        """`offered` is not enough: whoever sits between us and the relay can take STARTTLS out of its greeting."""
        encrypted = self.smtp_tls in ("starttls", "implicit")
        if self.smtp_password is not None and not encrypted and self.smtp_host not in LOOPBACK:
            raise ValueError(
                "smtp_password would be sent without TLS: set FAKTURA_DELIVERY_SMTP_TLS to starttls or implicit"
            )
        return self

    @model_validator(mode="after")
    def _print_shops_fit_together(self) -> Self:
        if faults := self.shops.faults():
            raise ValueError(f"FAKTURA_DELIVERY_PRINT_SHOP_KEYS, _CLIENTS and _DEFAULT: {'; '.join(faults)}")
        return self

    @property
    def shops(self) -> PrintShops:
        return PrintShops(self.print_shop_default, self.print_shop_keys, self.print_shop_clients)

    @property
    def domain(self) -> str:
        return self.message_id_domain or self.sender.rpartition("@")[2]

    @property
    def terms(self) -> Terms:
        """The table of channels with this installation's promises and back-off."""
        channels = {channel: self._adjusted(channel, rule) for channel, rule in CHANNELS.items()}
        return Terms(channels, duplex=self.print_duplex)

    def _adjusted(self, channel: Channel, rule: ChannelRule) -> ChannelRule:
        promise_s, backoff_s = self.promise_s.get(channel), self.backoff_s.get(channel)
        return replace(
            rule,
            promise=rule.promise if promise_s is None else timedelta(seconds=promise_s),
            backoff=rule.backoff if backoff_s is None else tuple(timedelta(seconds=pause) for pause in backoff_s),
        )
