"""Which print shop a key belongs to, and whose letters it prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.delivery.domain.errors import KeyWithoutShop


@dataclass(frozen=True)
class Shop:
    """A print shop, as one of its keys acts for it."""

    name: str
    names: tuple[str, ...]
    """Of all print shops there are."""
    clients: tuple[UUID, ...]
    all_but: bool
    """The shop prints for all clients but these, not for these."""


@dataclass(frozen=True)
class PrintShops:
    """Keys and clients by the name of their shop. While no shop's keys are named, there is one shop for every key."""

    default: str
    """Prints for every client that is not assigned to another shop."""
    keys: Mapping[str, tuple[UUID, ...]]
    clients: Mapping[str, tuple[UUID, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.keys) or (self.default,)

    def of_key(self, key_id: UUID) -> Shop:
        """Raises KeyWithoutShop when there are several shops and the key is in none."""
        name = next((shop for shop, keys in self.keys.items() if key_id in keys), None if self.keys else self.default)
        if name is None:
            raise KeyWithoutShop(key_id=key_id)
        if name != self.default:
            return Shop(name, self.names, self.clients.get(name, ()), all_but=False)
        elsewhere = (client for shop, clients in self.clients.items() if shop != name for client in clients)
        return Shop(name, self.names, tuple(elsewhere), all_but=True)

    def faults(self) -> list[str]:
        """What does not fit together; empty when all does."""
        unknown = sorted({self.default, *self.clients} - set(self.names))
        return [
            *(f"print shop {name!r} has no keys: there are {', '.join(self.names)}" for name in unknown),
            *(f"key {key_id} belongs to two print shops" for key_id in _repeated(self.keys)),
            *(f"client {client_id} is assigned to two print shops" for client_id in _repeated(self.clients)),
        ]


def _repeated(ids_by_shop: Mapping[str, tuple[UUID, ...]]) -> list[UUID]:
    ids = [known_id for shop_ids in ids_by_shop.values() for known_id in set(shop_ids)]
    return sorted({known_id for known_id in ids if ids.count(known_id) > 1})
