"""Limits of rate, concurrency and files, per key and client, and of wrong keys per address. Kept in the process."""

import hashlib
import ipaddress
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager

from fastapi import Request

from shared.http.auth import BAD_KEY, Principal
from shared.http.problems import Problem
from shared.problems import Refusal
from shared.settings import CommonSettings

TOO_MANY_REQUESTS = Refusal(
    429,
    "too-many-requests",
    "For mange forespørsler på kort tid. Prøv igjen om {seconds} s.",
    "Too many requests in a short time. Try again in {seconds} s.",
    retryable=True,
)
TOO_MANY_AT_ONCE = Refusal(
    429,
    "too-many-at-once",
    "For mange forespørsler samtidig; høyst {limit} behandles om gangen.",
    "Too many requests at once; at most {limit} are handled at a time.",
    retryable=True,
)
TOO_MANY_WRONG_KEYS = Refusal(
    429,
    "too-many-wrong-keys",
    "For mange ukjente nøkler fra denne adressen. Prøv igjen om {seconds} s.",
    "Too many unknown keys from this address. Try again in {seconds} s.",
    retryable=True,
)
TOO_MUCH_IN_FILES = Refusal(
    429,
    "too-much-in-files",
    "Det er sendt så mye i filer som er tillatt på et døgn. Prøv igjen om {seconds} s.",
    "As much as a day allows was sent in files. Try again in {seconds} s.",
    retryable=True,
)
REFUSALS = (TOO_MANY_REQUESTS, TOO_MANY_AT_ONCE, TOO_MANY_WRONG_KEYS, TOO_MUCH_IN_FILES)
MIB = 1024 * 1024
DAY_S = 86_400
REMEMBERED = 10_000
"""Keys, clients and addresses, so that memory stays flat. Whoever was not seen for long is forgotten."""


class TokenBuckets:
    """A token bucket per name: `burst` tokens at first, and `per_s` more each second."""

    def __init__(self, per_s: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._burst = burst
        self._now = now
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait_s(self, name: Hashable) -> float:
        """Seconds until there is a token; 0 when there is one. Takes none."""
        return max(0.0, (1 - self._tokens(name)) / self._per_s)

    def take(self, name: Hashable, count: int = 1) -> None:
        """Also when there are too few: then whoever comes next waits until they are made up for."""
        self._buckets[name] = (self._tokens(name) - count, self._now())
        self._buckets.move_to_end(name)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)

    def _tokens(self, name: Hashable) -> float:
        tokens, at = self._buckets.get(name, (float(self._burst), self._now()))
        return min(float(self._burst), tokens + (self._now() - at) * self._per_s)


class Throttle:
    """The limits of one service in one process."""

    def __init__(self, settings: CommonSettings, now: Callable[[], float] = time.monotonic) -> None:
        self._requests = TokenBuckets(settings.requests_per_s, settings.requests_burst, now)
        self._wrong_keys = TokenBuckets(settings.wrong_keys_per_min / 60, settings.wrong_keys_per_min, now)
        file_bytes = settings.file_mib_per_day * MIB
        self._file_bytes = TokenBuckets(file_bytes / DAY_S, file_bytes, now)
        self._limit = settings.requests_at_once
        self._running: Counter[Hashable] = Counter()
        self._known: OrderedDict[bytes, Hashable] = OrderedDict()
        """The keys that were valid when they were last used, by the hash of the header that they came in."""

    @contextmanager
    def turn(self, principal: Principal) -> Iterator[None]:
        """One request of this caller, from here to the end of the block.

        Raises a Problem with status 429 when the key or the client has too many.
        """
        names = _names(principal)
        if any(self._running[name] >= self._limit for name in names):
            raise Problem(TOO_MANY_AT_ONCE, headers={"Retry-After": "1"}, limit=self._limit)
        _refuse_until(max(self._requests.wait_s(name) for name in names), TOO_MANY_REQUESTS)
        for name in names:
            self._requests.take(name)
        self._running.update(names)
        try:
            yield
        finally:
            self._running.subtract(names)
            for name in names:
                if not self._running[name]:
                    del self._running[name]

    def file_quota(self, principal: Principal) -> Callable[[int], None]:
        """Takes the bytes of a file from the quotas of its key and its client, as they come.

        Whether the client exists is not known yet: a key that names a new one each time still has its own quota.

        Raises a Problem with status 429 when there is nothing left. The file that uses up the rest is still received.
        """
        names = _names(principal)
        for name in names:
            _refuse_until(self._file_bytes.wait_s(name), TOO_MUCH_IN_FILES)

        def take(count: int) -> None:
            for name in names:
                self._file_bytes.take(name, count)

        return take

    async def judged(self, request: Request, look_up: Callable[[], Awaitable[Principal]]) -> Principal:
        """The principal of the request's key. An address that sent too many unknown keys must wait.

        A key that was valid before is looked up whatever its neighbours behind the same address do, unless it has too
        many requests itself: those are not worth a trip to the database.
        """
        digest = _digest(request)
        if digest in self._known:
            _refuse_until(self._requests.wait_s(self._known[digest]), TOO_MANY_REQUESTS)
            return await self._looked_up(digest, look_up)
        address = _address(request)
        _refuse_until(self._wrong_keys.wait_s(address), TOO_MANY_WRONG_KEYS)
        self._wrong_keys.take(address)
        wrong = False
        try:
            return await self._looked_up(digest, look_up)
        except Problem as problem:
            wrong = problem.refusal is BAD_KEY
            raise
        finally:
            self._wrong_keys.take(address, 0 if wrong else -1)

    async def _looked_up(self, digest: bytes, look_up: Callable[[], Awaitable[Principal]]) -> Principal:
        try:
            principal = await look_up()
        except Problem as problem:
            if problem.refusal is BAD_KEY:
                self._known.pop(digest, None)
            raise
        self._known[digest] = _name_of_key(principal)
        self._known.move_to_end(digest)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return principal


def _refuse_until(seconds: float, refusal: Refusal) -> None:
    if seconds > 0:
        whole = math.ceil(seconds)
        raise Problem(refusal, headers={"Retry-After": str(whole)}, seconds=whole)


def _names(principal: Principal) -> list[Hashable]:
    """A client with several keys has one limit, and so has a key that works for several clients."""
    client = [] if principal.client_id is None else [("client", principal.client_id)]
    return [_name_of_key(principal), *client]


def _name_of_key(principal: Principal) -> Hashable:
    return ("key", principal.key_id)


def _address(request: Request) -> str:
    """The caller's address; of IPv6 the network of 64 bits, since one caller has all of it, unless it stands for one of
    IPv4."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return host


def _digest(request: Request) -> bytes:
    """Of the secret alone, however the header is spelled."""
    secret = request.headers.get("authorization", "").partition(" ")[2].strip()
    return hashlib.sha256(secret.encode()).digest()
