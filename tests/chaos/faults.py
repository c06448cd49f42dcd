"""A bus that keeps its promise and nothing more: it delivers late, twice and out of order, and confirms when it
likes."""

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
        """As the bus does, but with one of its tricks for every third message."""
        trick = self._random.choice(("late", "twice", "taken but denied", *["none"] * 6))
        self.faults += trick != "none"
        if trick == "late":
            await asyncio.sleep(self._random.uniform(0, LATE_S))
        await super().publish(message)
        if trick == "twice":
            await super().publish(message)
        if trick == "taken but denied":
            raise NotTaken("the confirm was lost")
