"""What a child may not do, put on by itself before it reads the first document. Linux."""

import ctypes
import os
import resource
import signal
from contextlib import suppress

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


class Orphaned(Exception):
    """The service died while this child was being started."""


def die_with(parent: int) -> None:
    """Be killed when the parent is, by whatever: kill -9 leaves it no time to say goodbye."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise Orphaned


def without_network() -> bool:
    """Leave the machine's network, where the kernel lets us; the fetcher refuses every address anyway.

    A user namespace only for those who need one to get there: in it root could no longer read other users' files.
    """
    return any(_libc.unshare(what) == 0 for what in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def limit_memory(limit_bytes: int) -> None:
    """Address space, so that a document that would eat the machine gets a MemoryError instead."""
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_cpu(seconds: int) -> None:
    """So much processor time from now on; the kernel ends a child that spins, even when nobody waits any more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, most))
