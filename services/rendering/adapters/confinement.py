"""What a child may not do: limits that it sets on itself before it reads the first document. Linux only."""

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
    """The service died while this child was starting."""


def die_with(parent: int) -> None:
    """Be killed when the parent ends, even when it is killed and cannot clean up."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise Orphaned


def without_network() -> bool:
    """Leave the machine's network where the kernel allows it; the fetcher refuses every address anyway.

    A user namespace is the second choice, for users who need one: in it, root cannot read other users' files.
    """
    return any(_libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def limit_memory(limit_bytes: int) -> None:
    """Limit the address space: a document that takes too much gets a MemoryError, and the machine stays well."""
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_cpu(seconds: int) -> None:
    """Allow this much processor time from now on; the kernel ends a child that spins, even if nobody waits for it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard_limit = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard_limit))
