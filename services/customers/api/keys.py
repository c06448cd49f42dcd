"""API keys: issued with a secret that is shown once, listed without it, revoked for good.

Under a client they are its own; at the top level they belong to the bureau and the print shops.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, Field

from services.customers.api.callers import BureauCall
from services.customers.domain.api_key import ApiKey, IssuedKey, NewKey
from services.customers.domain.text import LABEL_MAX
from services.customers.store import clients, keys
from services.customers.tools import Tools
from services.customers.usecases.issue_client_key import issue_client_key
from services.customers.usecases.issue_key import issue_key
from services.customers.usecases.request_key import request_key
from services.customers.usecases.revoke_key import revoke_key
from shared.db.database import UnitOfWork
from shared.http.approvals import ApprovalAnswer, requested_by
from shared.http.auth import FULL_SCOPES, SCOPES
from shared.http.bodies import Answer, Body, Page, example
from shared.http.call import Call
from shared.http.documentation import Responses, problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.values import KeyKind

router = APIRouter(route_class=JsonRoute, tags=["API keys"])

Label = Annotated[str, Field(max_length=LABEL_MAX, description="What the key is for.", examples=["Webshop"])]
Live = Annotated[bool, Field(description="true: the secret begins with `fs_live_`; false: with `fs_test_`.")]
ExpiresAt = Annotated[
    AwareDatetime | None,
    Field(description="From then on the key is refused; never by default.", examples=["2027-12-31T23:00:00Z"]),
]
Holder = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=LABEL_MAX,
        description="The person that the key is for: a name or an e-mail address. Without one the key is a program's.",
        examples=["kari@byraa.example"],
    ),
]
_SECRETS = frozenset({"secret"})
CLIENT_KEYS = "/v1/clients/{client_id}/api-keys"
BUREAU_KEYS = "/v1/api-keys"


class ClientKeyBody(Body):
    model_config = example({"label": "Webshop", "scopes": ["customers", "documents"]})

    label: Label
    scopes: list[Annotated[str, Field(max_length=40)]] = Field(
        default=list(FULL_SCOPES["client"]),
        max_length=20,
        description=f"Some of: {', '.join(SCOPES['client'])}. One without a colon includes its parts. "
        "By default the key may do everything that a client can.",
    )
    live: Live = True
    expires_at: ExpiresAt = None
    holder: Holder = None


class BureauKeyBody(Body):
    model_config = example({"kind": "print_shop", "label": "Trykkeriet i Drammen"})

    kind: Literal["print_shop", "bureau"]
    label: Label
    scopes: list[Annotated[str, Field(max_length=40)]] | None = Field(
        default=None,
        max_length=20,
        description=f"For the bureau some of: {', '.join(SCOPES['bureau'])}; for a print shop: print. "
        "By default everything that a key of its kind can do.",
    )
    live: Live = True
    expires_at: ExpiresAt = None
    holder: Holder = None


class KeyAnswer(Answer):
    id: UUID
    kind: KeyKind
    label: str
    prefix: str = Field(description="The start of the secret.")
    scopes: list[str]
    live: bool
    active: bool
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="By the minute; shown here some minutes later. null: never used.")
    expires_at: datetime | None
    holder: str | None


class IssuedKeyAnswer(KeyAnswer):
    secret: str | None = Field(description="Shown only here. A replay of the request has null.")


class KeyApprovalAnswer(ApprovalAnswer):
    secret: str | None = Field(
        description="Works once the key is approved. Shown only here; a replay of the request has null."
    )


_WAITING: Responses = {
    202: {"model": KeyApprovalAnswer, "description": "A second person must approve it: `/v1/approvals/{id}`."}
}


async def _request(call: Call[Tools], new_key: NewKey) -> Response:
    async def act(work: UnitOfWork) -> KeyApprovalAnswer:
        requested = await request_key(work, new_key, requested_by(call))
        return KeyApprovalAnswer.of(requested.approval, work.clock.now(), secret=requested.secret)

    return await call.once(202, act, location="/v1/approvals/{id}", secrets=_SECRETS)


def _fields(key: ApiKey) -> dict[str, object]:
    moments = ("created_at", "revoked_at", "expires_at", "last_used_at")
    names = ("kind", "label", "prefix", "scopes", "live", "active", "holder", *moments)
    return {"id": key.key_id, **{name: getattr(key, name) for name in names}}


def _key_answer(key: ApiKey) -> KeyAnswer:
    return KeyAnswer.model_validate(_fields(key))


def _issued_answer(issued: IssuedKey) -> IssuedKeyAnswer:
    return IssuedKeyAnswer.model_validate({**_fields(issued.key), "secret": issued.secret})


@router.post(
    CLIENT_KEYS,
    status_code=201,
    response_model=IssuedKeyAnswer,
    summary="Issue a key to a client",
    responses=_WAITING | problems(400, 404, 409, 415, 422),
)
async def issue_to_client(client_id: UUID, body: ClientKeyBody, call: BureauCall) -> Response:
    """For the bureau. The secret is in this answer only; what is stored is its hash.

    A key for a person (`holder`), and one with `payments:import`, takes a second person's approval: 202.
    """
    new_key = NewKey("client", client_id, body.label, tuple(body.scopes), body.live, body.expires_at, body.holder)
    if new_key.needs_second_person:
        return await _request(call, new_key)

    async def act(work: UnitOfWork) -> IssuedKeyAnswer:
        return _issued_answer(await issue_client_key(work, client_id, new_key))

    return await call.once(201, act, secrets=_SECRETS)


@router.get(CLIENT_KEYS, summary="List a client's keys", responses=problems(400, 404, 422))
async def list_of_client(
    client_id: UUID,
    request: Request,
    response: Response,
    call: BureauCall,
    page: Annotated[PageRequest, Depends(page_request)],
) -> Page[KeyAnswer]:
    """For the bureau. Revoked keys are listed too."""

    async def read(work: UnitOfWork) -> list[ApiKey]:
        await clients.get(work.session, client_id)
        return await keys.fetch_page(work.session, client_id, page)

    return _page(request, response, await call.read(read), page)


@router.delete(
    CLIENT_KEYS + "/{key_id}", status_code=204, summary="Revoke a client's key", responses=problems(404, 422)
)
async def revoke_of_client(client_id: UUID, key_id: UUID, call: BureauCall) -> Response:
    """For the bureau. The key stops working here at once, elsewhere shortly after. Repeating it changes nothing."""
    async with call.unit() as work:
        await revoke_key(work, client_id, key_id, by=call.principal.key_id)
    return Response(status_code=204)


@router.post(
    BUREAU_KEYS,
    status_code=201,
    response_model=IssuedKeyAnswer,
    summary="Issue a key to the bureau or a print shop",
    responses=_WAITING | problems(400, 409, 415, 422),
)
async def issue_to_bureau(body: BureauKeyBody, call: BureauCall) -> Response:
    """For the bureau. The key belongs to no client.

    A key of the bureau, and one for a person (`holder`), takes a second person's approval: 202.
    """
    scopes = FULL_SCOPES[body.kind] if body.scopes is None else body.scopes
    new_key = NewKey(body.kind, None, body.label, tuple(scopes), body.live, body.expires_at, body.holder)
    if new_key.needs_second_person:
        return await _request(call, new_key)

    async def act(work: UnitOfWork) -> IssuedKeyAnswer:
        return _issued_answer(await issue_key(work, new_key))

    return await call.once(201, act, secrets=_SECRETS)


@router.get(BUREAU_KEYS, summary="List the keys of the bureau and the print shops", responses=problems(400, 422))
async def list_of_bureau(
    request: Request, response: Response, call: BureauCall, page: Annotated[PageRequest, Depends(page_request)]
) -> Page[KeyAnswer]:
    """For the bureau. Revoked keys are listed too."""
    return _page(request, response, await call.read(lambda work: keys.fetch_page(work.session, None, page)), page)


@router.delete(
    BUREAU_KEYS + "/{key_id}",
    status_code=204,
    summary="Revoke a key of the bureau or a print shop",
    responses=problems(404, 409, 422),
)
async def revoke_of_bureau(key_id: UUID, call: BureauCall) -> Response:
    """For the bureau. A key cannot revoke itself, since that could leave nobody with a key."""
    async with call.unit() as work:
        await revoke_key(work, None, key_id, by=call.principal.key_id)
    return Response(status_code=204)


def _page(request: Request, response: Response, rows: Sequence[ApiKey], page: PageRequest) -> Page[KeyAnswer]:
    items, cursor = cut(rows, page, lambda key: key.key_id)
    link_next(request, response, cursor)
    return Page(items=[_key_answer(key) for key in items], next=cursor)
