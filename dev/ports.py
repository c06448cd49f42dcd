"""Free ports on the loopback interface.

All are below the range of ephemeral ports: while a server starts or restarts, no outgoing connection may be given its
port (a client could even connect to itself). Each process hands out a block of its own, so that two test runs on one
machine never choose the same port.
"""

import atexit
import socket
from collections.abc import Iterator
from functools import cache
from itertools import cycle

_LOOPBACK = "127.0.0.1"
_BLOCK = 100
_BLOCKS = range(20_000, 32_000, _BLOCK)


class NoFreePort(OSError):
    """Every port that may be handed out is taken."""


def free_port() -> int:
    """A port on which nothing listens, and which no other process is given."""
    _, ports = _own_block()
    for _ in range(_BLOCK):
        if is_free(port := next(ports)):
            return port
    raise NoFreePort(f"all {_BLOCK} ports of this process are in use")


def is_free(port: int) -> bool:
    """Whether nothing listens on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True


@cache
def _own_block() -> tuple[socket.socket, Iterator[int]]:
    """The ports of this process, and the UDP socket that holds them as long as it lives.

    UDP's ports are not TCP's: the socket is in nobody's way, and the system closes it however the process ends.
    """
    for first in _BLOCKS:
        holder = socket.socket(type=socket.SOCK_DGRAM)
        try:
            holder.bind((_LOOPBACK, first))
        except OSError:
            holder.close()
        else:
            atexit.register(holder.close)
            return holder, cycle(range(first, first + _BLOCK))
    raise NoFreePort("other processes hold all blocks of ports")
