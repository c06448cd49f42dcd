"""Settings that change the table of channels."""

from datetime import timedelta

import pytest

from services.delivery.domain.channels import CHANNELS
from services.delivery.settings import DeliverySettings


def test_without_settings_the_table_of_channels_is_as_written() -> None:
    assert DeliverySettings().terms.channels == CHANNELS


@pytest.mark.parametrize(("text", "seconds"), [("60,300", (60, 300)), ("60", (60,)), ("[1, 2]", (1, 2)), ("", ())])
def test_a_channels_backoff_is_set_by_its_name(
    monkeypatch: pytest.MonkeyPatch, text: str, seconds: tuple[int, ...]
) -> None:
    monkeypatch.setenv("FAKTURA_DELIVERY_BACKOFF_S__EMAIL", text)
    channels = DeliverySettings().terms.channels
    assert channels["email"].backoff == tuple(timedelta(seconds=pause) for pause in seconds)
    assert channels["print"] == CHANNELS["print"]


def test_a_channels_promise_is_set_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKTURA_DELIVERY_PROMISE_S__PRINT", "3600")
    channels = DeliverySettings().terms.channels
    assert channels["print"].promise == timedelta(hours=1)
    assert channels["email"] == CHANNELS["email"]


def test_a_lease_shorter_than_the_wait_for_an_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKTURA_DELIVERY_LEASE_S", "60")
    with pytest.raises(ValueError, match="lease_s must be longer"):
        DeliverySettings()


@pytest.mark.parametrize("tls", ["never", "offered"])
def test_a_password_is_never_sent_without_tls(monkeypatch: pytest.MonkeyPatch, tls: str) -> None:
    monkeypatch.setenv("FAKTURA_DELIVERY_SMTP_HOST", "relay.example")
    monkeypatch.setenv("FAKTURA_DELIVERY_SMTP_PASSWORD", "hemmelig")
    monkeypatch.setenv("FAKTURA_DELIVERY_SMTP_TLS", tls)

    with pytest.raises(ValueError, match="FAKTURA_DELIVERY_SMTP_TLS to starttls or implicit") as refused:
        DeliverySettings()

    assert "hemmelig" not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "tls"), [("relay.example", "starttls"), ("relay.example", "implicit"), ("::1", "never")]
)
def test_a_password_is_accepted_over_tls_and_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, host: str, tls: str
) -> None:
    monkeypatch.setenv("FAKTURA_DELIVERY_SMTP_HOST", host)
    monkeypatch.setenv("FAKTURA_DELIVERY_SMTP_PASSWORD", "hemmelig")
    monkeypatch.setenv("FAKTURA_DELIVERY_SMTP_TLS", tls)
    assert DeliverySettings().smtp_tls == tls
