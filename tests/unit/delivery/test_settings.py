"""Settings that change the table of channels."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.delivery.domain.channels import CHANNELS
from services.delivery.domain.errors import KeyWithoutShop
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


KEY, OTHER_KEY, CLIENT = UUID(int=1), UUID(int=2), UUID(int=9)


def test_without_settings_every_print_shop_key_is_of_the_one_shop() -> None:
    shop = DeliverySettings().shops.of_key(KEY)
    assert (shop.name, shop.clients, shop.all_but) == ("main", (), True)


def test_each_print_shop_has_keys_and_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKTURA_DELIVERY_PRINT_SHOP_DEFAULT", "drammen")
    monkeypatch.setenv("FAKTURA_DELIVERY_PRINT_SHOP_KEYS__DRAMMEN", f"{KEY},{UUID(int=3)}")
    monkeypatch.setenv("FAKTURA_DELIVERY_PRINT_SHOP_KEYS__BERGEN", str(OTHER_KEY))
    monkeypatch.setenv("FAKTURA_DELIVERY_PRINT_SHOP_CLIENTS__BERGEN", str(CLIENT))
    shops = DeliverySettings().shops
    names = ("bergen", "drammen")
    default, bergen = shops.of_key(UUID(int=3)), shops.of_key(OTHER_KEY)
    assert (default.name, default.clients, default.all_but) == ("drammen", (CLIENT,), True)
    assert (bergen.name, bergen.clients, bergen.all_but) == ("bergen", (CLIENT,), False)
    assert tuple(sorted(bergen.names)) == names
    with pytest.raises(KeyWithoutShop):
        shops.of_key(UUID(int=4))


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"KEYS__BERGEN": str(KEY)}, "'main' has no keys: there are bergen"),
        ({"KEYS__MAIN": str(KEY), "CLIENTS__BERGEN": str(CLIENT)}, "'bergen' has no keys: there are main"),
        ({"CLIENTS__BERGEN": str(CLIENT)}, "'bergen' has no keys: there are main"),
        ({"KEYS__MAIN": str(KEY), "KEYS__BERGEN": str(KEY)}, "belongs to two print shops"),
        (
            {
                "KEYS__MAIN": str(KEY),
                "KEYS__BERGEN": str(OTHER_KEY),
                "CLIENTS__MAIN": str(CLIENT),
                "CLIENTS__BERGEN": str(CLIENT),
            },
            "assigned to two print shops",
        ),
    ],
)
def test_print_shops_that_do_not_fit_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], fault: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"FAKTURA_DELIVERY_PRINT_SHOP_{name}", value)
    with pytest.raises(ValueError, match=fault):
        DeliverySettings()
