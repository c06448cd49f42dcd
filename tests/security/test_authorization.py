"""Every operation asks for the scope that the committed matrix says, of a kind of key that may have it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import httpx2
import pytest

from dev import authorization
from dev.authorization import KINDS, Permission
from services.system import NAMES
from shared.db.database import Cause
from shared.http.auth import FULL_SCOPES, SCOPES, keep_key
from shared.ids import new_id
from shared.values import KeyKind
from tests.support.keys import a_key_changed
from tests.support.permissions import permissions_of
from tests.support.service import ServiceUnderTest, StartService, once
from tests.system.test_openapi import DOCUMENT

CLIENT_ID = new_id()
Headers = dict[str, str]


@dataclass
class Caller:
    """Calls operations of a service with keys of any kind and scopes."""

    service: ServiceUnderTest
    keys: dict[tuple[KeyKind, frozenset[str]], Headers] = field(default_factory=dict)

    async def key(self, kind: KeyKind, scopes: Iterable[str]) -> Headers:
        granted = frozenset(scopes)
        if (kind, granted) not in self.keys:
            self.keys[kind, granted] = await self._new_key(kind, granted)
        return self.keys[kind, granted]

    async def _new_key(self, kind: KeyKind, scopes: frozenset[str]) -> Headers:
        client_id = CLIENT_ID if kind == "client" else None
        event, secret = a_key_changed(kind, client_id=client_id, scopes=tuple(sorted(scopes)))
        async with self.service.runtime.database.unit(Cause("test")) as work:
            await keep_key(work, event)
        named = {"Faktura-Client": str(CLIENT_ID)} if kind == "bureau" else {}
        return {"Authorization": f"Bearer {secret}", **named}

    async def call(self, permission: Permission, headers: Headers) -> httpx2.Response:
        """With any id, and an empty body of a type that the operation takes."""
        operation = DOCUMENT["paths"][permission.path][permission.method.lower()]
        path = permission.path.format_map(_AnyId())
        media_type = next(iter(operation.get("requestBody", {}).get("content", {})), None)
        body = {"Content-Type": media_type, "If-Match": '"1"'} if media_type else {"If-Match": '"1"'}
        content = b"{}" if media_type else None
        return await self.service.http.request(permission.method, path, headers=once(headers | body), content=content)


class _AnyId(dict[str, UUID]):
    def __missing__(self, _name: str) -> UUID:
        return new_id()


def granting(scope: str) -> set[str]:
    """The scopes of a key with any of which the operation may be called."""
    return {scope, scope.partition(":")[0]}


def test_the_committed_matrix_is_that_of_the_code() -> None:
    committed = authorization.PAGE.read_text(encoding="utf-8")
    assert committed == authorization.page(), "run: python -m dev.authorization"


def test_only_health_checks_need_no_key() -> None:
    open_to_all = [permission.path for permission in authorization.permissions() if permission.scope is None]
    assert {path.partition("/")[2].partition("/")[0] for path in open_to_all} <= {"health", "metrics"}


def test_every_scope_is_needed_by_an_operation_and_can_be_given_to_a_key() -> None:
    needed = {permission.scope for permission in authorization.permissions()} - {None}
    given = {scope for scopes in SCOPES.values() for scope in scopes}
    full = {scope for scopes in FULL_SCOPES.values() for scope in scopes}
    assert needed <= given
    assert given - needed <= full


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
async def test_an_operation_is_refused_without_a_key_or_with_every_scope_but_its_own(
    start: StartService, name: str
) -> None:
    caller = Caller(await start(name))
    refusals = [
        (permission, kind, await caller.key(kind, set(SCOPES[kind]) - granting(str(permission.scope))))
        for permission in permissions_of(name)
        for kind in KINDS
    ]
    before = await caller.service.contents()
    for permission in permissions_of(name):
        for headers in ({}, {"Authorization": "Bearer fs_test_unknown"}, {"Authorization": "Basic x"}):
            assert (await caller.call(permission, headers)).status_code == 401, permission
    for permission, kind, headers in refusals:
        answer = await caller.call(permission, headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope"), (permission, kind)
    assert await caller.service.contents() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
async def test_an_operation_is_open_to_its_scope_and_to_the_full_scope(start: StartService, name: str) -> None:
    caller = Caller(await start(name))
    for permission in permissions_of(name):
        for kind in KINDS:
            for scope in granting(str(permission.scope)) & set(SCOPES[kind]):
                answer = await caller.call(permission, await caller.key(kind, {scope}))
                assert answer.status_code not in {401, 403, 500}, (permission, kind, answer.text)
