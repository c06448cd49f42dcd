"""Our identifiers: UUID version 7, so that rows created one after another are neighbours in an index.

Source: RFC 9562, section 5.7, and section 6.2 method 2 (monotonic random).
"""

import hashlib
import os
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

_RANDOM_BITS: Final = 74
_CHECK_BITS: Final = 32
_VERSION: Final = 0x7
_VARIANT: Final = 0b10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class _Generator:
    """Milliseconds and 74 random bits. Within a millisecond, or when the clock goes back, the random part counts up."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Start afresh, as if no id had been made."""
        self._lock = threading.Lock()
        self._milliseconds = -1
        self._random = 0

    def next(self) -> UUID:
        with self._lock:
            self._step(time.time_ns() // 1_000_000)
            return _pack(self._milliseconds, self._random)

    def _step(self, milliseconds: int) -> None:
        if milliseconds > self._milliseconds:
            self._restart(milliseconds)
            return
        # A random step instead of 1, so that the next id cannot be guessed from the last. It always changes what is
        # above the check of `new_id_for`, which therefore makes no two ids equal.
        self._random += (1 << _CHECK_BITS) + secrets.randbits(_CHECK_BITS)
        if self._random >> _RANDOM_BITS:
            self._restart(self._milliseconds + 1)

    def _restart(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds
        self._random = secrets.randbits(_RANDOM_BITS)


def _pack(milliseconds: int, random: int) -> UUID:
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | _VERSION << 76 | high << 64 | _VARIANT << 62 | low)


def new_id() -> UUID:
    """A new UUID version 7, greater than all this process has made before; safe in threads and after fork."""
    return _generator.next()


def new_id_for(client_id: UUID) -> UUID:
    """As `new_id`, and `is_for` tells, without a look into any table, that it was made for this client."""
    return _checked(new_id(), client_id)


def is_for(identifier: UUID, client_id: UUID) -> bool:
    """Whether `new_id_for` has made it for this client. No proof against forgers: one in 2^32 fits by chance, and
    anybody may compute one that fits."""
    return _checked(identifier, client_id) == identifier


def _checked(identifier: UUID, client_id: UUID) -> UUID:
    """With a hash of the client and of all the other bits in place of the last 32."""
    rest = identifier.int >> _CHECK_BITS
    check = hashlib.blake2s(rest.to_bytes(12), key=client_id.bytes, digest_size=_CHECK_BITS // 8).digest()
    return UUID(int=rest << _CHECK_BITS | int.from_bytes(check))


def id_at(moment: datetime) -> UUID:
    """A UUID version 7 of this aware moment, for rows that are found and deleted by the time in their id.

    Ids of one millisecond are in no order.
    """
    return _pack(_milliseconds(moment), secrets.randbits(_RANDOM_BITS))


def first_id_at(moment: datetime) -> UUID:
    """The smallest UUID version 7 of this aware moment; every earlier one is smaller."""
    return _pack(_milliseconds(moment), 0)


def time_of(identifier: UUID) -> datetime:
    """The moment of a UUID version 7, to the millisecond."""
    return _EPOCH + (identifier.int >> 80) * _MILLISECOND


def _milliseconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return (moment - _EPOCH) // _MILLISECOND


_generator: Final = _Generator()
# Otherwise a forked child would continue from the parent's last id, and inherit its lock in an unknown state.
os.register_at_fork(after_in_child=_generator.renew)
