"""Key events that the customers service would never publish grant nothing: they are parked, and no key changes."""

from typing import Any

import httpx2
import pytest

from shared.contracts.customers import ApiKeyChanged
from shared.http.auth import SCOPES
from shared.ids import new_id
from tests.support.keys import a_key_changed
from tests.support.service import ServiceUnderTest, StartService

CLIENT, OTHER_CLIENT = new_id(), new_id()
KEYS = "select key_id, kind, client_id, scopes, active from api_key order by key_id"


def a_key(**changes: Any) -> tuple[ApiKeyChanged, str]:
    """A client's key with one scope, and its secret."""
    return a_key_changed(**{"kind": "client", "client_id": CLIENT, "scopes": ("ledger",), **changes})


async def entries(ledger: ServiceUnderTest, secret: str) -> httpx2.Response:
    return await ledger.http.get("/v1/ledger/entries", headers={"Authorization": f"Bearer {secret}"})


async def parked_reasons(service: ServiceUnderTest) -> list[str]:
    return [row["reason"] for row in await service.rows("select reason from inbox where state = 'parked'")]


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"scopes": ("ledger", "bureau")}, id="a client's key with a scope of the bureau"),
        pytest.param({"scopes": ("print",)}, id="a client's key with a print shop's scope"),
        pytest.param({"scopes": ("all",)}, id="a scope that does not exist"),
        pytest.param({"kind": "bureau", "scopes": SCOPES["bureau"]}, id="a bureau's key for one client"),
        pytest.param({"kind": "print_shop", "scopes": ("print",)}, id="a print shop's key for one client"),
        pytest.param({"client_id": None}, id="a client's key without client"),
    ],
)
async def test_a_key_that_the_api_could_not_issue_is_parked(start: StartService, forged: dict[str, Any]) -> None:
    ledger = await start("ledger")
    event, secret = a_key(**forged)

    await ledger.receives(event)

    assert (await entries(ledger, secret)).status_code == 401
    assert await ledger.rows(KEYS) == []
    [reason] = await parked_reasons(ledger)
    assert reason.startswith("ImpossibleKey: ")


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "bureau", "client_id": None, "scopes": SCOPES["bureau"]},
        {"client_id": OTHER_CLIENT},
        {"kind": "bureau", "client_id": None, "active": False},
    ],
)
async def test_a_key_never_changes_its_kind_or_client(start: StartService, forged: dict[str, Any]) -> None:
    ledger = await start("ledger")
    event, secret = a_key()
    await ledger.receives(event)
    before = await ledger.rows(KEYS)

    await ledger.receives(event.model_copy(update={**forged, "version": 2}))

    assert await ledger.rows(KEYS) == before
    assert (await entries(ledger, secret)).status_code == 200
    [reason] = await parked_reasons(ledger)
    assert reason.startswith("ImpossibleKey: ")


@pytest.mark.parametrize("scope", SCOPES["client"])
async def test_every_scope_that_a_key_of_its_kind_may_have_is_kept(start: StartService, scope: str) -> None:
    ledger = await start("ledger")
    event, _ = a_key(scopes=(scope,))

    await ledger.receives(event)

    [row] = await ledger.rows(KEYS)
    assert row["scopes"] == [scope]


async def test_a_revocation_counts_even_with_a_scope_that_no_longer_exists(start: StartService) -> None:
    ledger = await start("ledger")
    event, secret = a_key()
    await ledger.receives(event)

    await ledger.receives(event.model_copy(update={"scopes": ("an old scope",), "active": False, "version": 2}))

    assert (await entries(ledger, secret)).status_code == 401
    assert await parked_reasons(ledger) == []
