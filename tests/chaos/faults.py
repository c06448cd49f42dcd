"""A bus that is as bad as its contract allows: late, twice, out of order, and with lost confirms."""

import asyncio
import random

from shared.messaging.bus import NotTaken, Outgoing
from shared.messaging.memory import MemoryBus

LATE_S = 0.2


class FaultyBus(MemoryBus):
    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self.faults = 0

    async def publish(self, message: Outgoing) -> None:
        """Publish, with a fault for every third message."""
        fault = self._random.choice(("late", "twice", "confirm lost", *["none"] * 6))
        self.faults += fault != "none"
        if fault == "late":
            await asyncio.sleep(self._random.uniform(0, LATE_S))
        await super().publish(message)
        if fault == "twice":
            await super().publish(message)
        if fault == "confirm lost":
            raise NotTaken("the confirm was lost")
