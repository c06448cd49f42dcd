"""What this service reaches outside its database and the bus."""

from dataclasses import dataclass

from shared.objects import ObjectStore


@dataclass(frozen=True)
class Tools:
    objects: ObjectStore
    """Where logos lie, by the hash of their bytes."""
