"""What an endpoint needs of its request: the caller, the client, and one transaction.

Documents = Annotated[Call[Tools], Depends(call("documents", Tools, scope="documents"))]

@router.post("", status_code=201)
async def draft(body: InvoiceBody, call: Documents) -> Response:
    return await call.once(201, lambda work: draft_invoice(work, call.client_id, body.to_draft()))
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from shared.contracts.customers import ApiKeyChanged
from shared.db.audit import Author
from shared.db.database import Cause, UnitOfWork
from shared.http import idempotency, own_writes
from shared.http.audited import change_by, operation_of
from shared.http.auth import KeyNews, Principal, authenticate, required_scope
from shared.http.throttle import Throttle
from shared.ids import new_id
from shared.observability.logs import correlation_id
from shared.runtime import Runtime

T = TypeVar("T")
R = TypeVar("R")
_PRINCIPALS = "faktura.principals"
"""Where a request keeps its caller, by service."""
NOBODY = UUID(int=0)
"""Stands for the bureau where a row must have a client."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """An authenticated request. `T` is the type of the service's tools."""

    request: Request
    runtime: Runtime[T]
    principal: Principal

    @property
    def tools(self) -> T:
        return self.runtime.tools

    @property
    def client_id(self) -> UUID:
        return self.principal.client()

    def cause(self) -> Cause:
        principal = self.principal
        author = Author("key", operation_of(self.request), principal.key_id, principal.client_id)
        return Cause(correlation_id() or str(new_id()), author=author)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """A transaction in the scope of the caller's client; a bureau call that names no client sees all."""
        async with self.runtime.database.unit(self.cause(), self.principal.client_id) as work:
            yield work
            if self.request.method not in {"GET", "HEAD"}:
                work.changed_by_default(change_by(self.request))
        own_writes.note(self.request, work.emitted)

    async def read(self, query: Callable[[UnitOfWork], Awaitable[R]]) -> R:
        """As soon as this service knows what the query needs."""

        async def unchanging(work: UnitOfWork) -> R:
            work.unchanged()
            return await query(work)

        return await self.act(unchanging)

    async def act(self, act: Callable[[UnitOfWork], Awaitable[R]]) -> R:
        """As soon as this service knows what the act needs."""

        async def attempt() -> R:
            async with self.unit() as work:
                return await act(work)

        return await own_writes.until_known(attempt, self.runtime.settings.own_writes_wait_s)

    async def once(
        self,
        status: int,
        act: Callable[[UnitOfWork], Awaitable[BaseModel]],
        *,
        location: str | None = None,
        secrets: frozenset[str] = frozenset(),
    ) -> Response:
        """Act at most once for the request's Idempotency-Key, and as soon as this service knows what the act needs.

        Idempotency keys are the client's, or the API key's when the call is for no client. `location` is formatted with
        the answer's fields. Fields in `secrets` are sent but never stored: a replay has them as null.
        """
        key = await idempotency.key_of(self.request)
        request_fingerprint = await idempotency.fingerprint(self.request)
        # A key that is no client's has a space of its own: two print shops may choose the same Idempotency-Key.
        owner = self.principal.client_id or self.principal.key_id

        async def attempt() -> Response:
            async with self.unit() as work:
                stored = await idempotency.begin(work.session, owner, key, request_fingerprint, work.clock.now())
                if stored is not None:
                    work.unchanged()
                    return _respond(stored, replayed=True)
                answer = await act(work)
                work.changed_by_default(change_by(self.request, answer, location))
                await work.flush_events()
                headers = {"Location": location.format(**answer.model_dump())} if location else {}
                headers |= own_writes.header_of(work.emitted)
                without_secrets = answer.model_copy(update=dict.fromkeys(secrets))
                to_store = idempotency.StoredAnswer(status, without_secrets.model_dump_json(), headers)
                await idempotency.store(work.session, owner, key, to_store)
            return _respond(idempotency.StoredAnswer(status, answer.model_dump_json(), headers), replayed=False)

        return await own_writes.until_known(attempt, self.runtime.settings.own_writes_wait_s)


@dataclass(frozen=True)
class AuthenticatedCall(Generic[T]):
    """The dependency that makes the call of a request, once its key is checked and has the scope."""

    service: str
    tools: type[T]
    scope: str

    async def __call__(self, request: Request) -> Call[T]:
        runtime = self._runtime(request)
        assert isinstance(runtime.tools, self.tools)
        return Call(request, runtime, await self.admit(request))

    async def turn(self, request: Request) -> AbstractContextManager[None]:
        """To enter while the request is handled: it counts against the limits of its key and client."""
        return self._throttle(request).turn(await self._caller(request))

    async def file_quota(self, request: Request) -> Callable[[int], None]:
        """Takes so many bytes from what the client may send in files. Raises a Problem when nothing is left."""
        return self._throttle(request).file_quota(await self._caller(request))

    async def admit(self, request: Request) -> Principal:
        """The caller, from the headers alone: the route asks before the body is read, and the dependency again."""
        principal = await self._caller(request)
        principal.require(required_scope(self.scope, request.method))
        return principal

    async def until_seen(self, request: Request) -> None:
        """Wait until this service has taken in what the caller did before."""
        await own_writes.until_seen(request, self._runtime(request))

    async def _caller(self, request: Request) -> Principal:
        """The key is looked up once per request."""
        known: dict[str, Principal] = request.scope.setdefault(_PRINCIPALS, {})
        if self.service not in known:
            runtime = self._runtime(request)
            known[self.service] = await self._throttle(request).judged(
                request, lambda: authenticate(request, runtime.database, _key_news(runtime))
            )
        return known[self.service]

    def _throttle(self, request: Request) -> Throttle:
        throttles: dict[str, Throttle] = request.app.state.throttles
        if self.service not in throttles:
            throttles[self.service] = Throttle(self._runtime(request).settings)
        return throttles[self.service]

    def _runtime(self, request: Request) -> Runtime[T]:
        runtime: Runtime[T] = request.app.state.runtimes[self.service]
        return runtime


def _key_news(runtime: Runtime[Any]) -> KeyNews:
    """The owner of the keys has no copy of them, and waits for none."""
    has_copy = any(subscription.event is ApiKeyChanged for subscription in runtime.service.subscriptions)
    settings = runtime.settings
    return KeyNews(settings.key_news_max_age_s, settings.own_writes_wait_s if has_copy else 0.0)


def call(service: str, tools: type[T], *, scope: str) -> AuthenticatedCall[T]:
    """The dependency of a service's endpoints. With a full scope, calls that read need its part `:read` only."""
    return AuthenticatedCall(service, tools, scope)


def calls_of(dependant: Dependant) -> Iterator[AuthenticatedCall[Any]]:
    """The calls among the dependencies of an endpoint."""
    if isinstance(dependant.call, AuthenticatedCall):
        yield dependant.call
    for dependency in dependant.dependencies:
        yield from calls_of(dependency)


def _respond(answer: idempotency.StoredAnswer, *, replayed: bool) -> Response:
    headers = {**answer.headers, idempotency.REPLAYED: "true"} if replayed else answer.headers
    return Response(answer.body, status_code=answer.status, media_type="application/json", headers=headers)
