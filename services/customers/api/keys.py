"""API keys: issued with a secret that is shown once, listed without it, revoked for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from services.customers.api.callers import BureauCall
from services.customers.domain.api_key import ApiKey, IssuedKey, KeyOrder
from services.customers.domain.text import LABEL_MAX
from services.customers.store import clients, keys
from services.customers.usecases.issue_client_key import issue_client_key
from services.customers.usecases.issue_key import issue_key
from services.customers.usecases.revoke_key import revoke_key
from shared.db.database import UnitOfWork
from shared.http.auth import SCOPES
from shared.http.bodies import Answer, Body, Page, example
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.values import KeyKind

router = APIRouter(route_class=JsonRoute, tags=["API keys"])

Label = Annotated[str, Field(max_length=LABEL_MAX, description="What the key is for.", examples=["Webshop"])]
Live = Annotated[bool, Field(description="Whether the secret begins with `fs_live_` or `fs_test_`.")]
SECRET = frozenset({"secret"})
OF_CLIENT = "/v1/clients/{client_id}/api-keys"
OF_HOUSE = "/v1/api-keys"


class ClientKeyBody(Body):
    model_config = example({"label": "Webshop", "scopes": ["customers", "documents"]})

    label: Label
    scopes: list[Annotated[str, Field(max_length=40)]] = Field(
        default=list(SCOPES["client"]),
        max_length=20,
        description=f"Some of: {', '.join(SCOPES['client'])}. All by default.",
    )
    live: Live = True


class HouseKeyBody(Body):
    model_config = example({"kind": "print_shop", "label": "Trykkeriet i Drammen"})

    kind: Literal["print_shop", "bureau"]
    label: Label
    live: Live = True


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


class IssuedKeyAnswer(KeyAnswer):
    secret: str | None = Field(description="Shown this once. A replay of the request has null.")


def _fields(key: ApiKey) -> dict[str, object]:
    names = ("kind", "label", "prefix", "scopes", "live", "active", "created_at", "revoked_at")
    return {"id": key.key_id, **{name: getattr(key, name) for name in names}}


def _key_answer(key: ApiKey) -> KeyAnswer:
    return KeyAnswer.model_validate(_fields(key))


def _issued_answer(issued: IssuedKey) -> IssuedKeyAnswer:
    return IssuedKeyAnswer.model_validate({**_fields(issued.key), "secret": issued.secret})


@router.post(
    OF_CLIENT,
    status_code=201,
    response_model=IssuedKeyAnswer,
    summary="Issue a key to a client",
    responses=problems(400, 404, 409, 415, 422),
)
async def issue_to_client(client_id: UUID, body: ClientKeyBody, call: BureauCall) -> Response:
    """For the bureau. The secret is in this answer and nowhere else, ever: only its hash is kept."""
    order = KeyOrder("client", client_id, body.label, tuple(body.scopes), body.live)

    async def act(work: UnitOfWork) -> IssuedKeyAnswer:
        return _issued_answer(await issue_client_key(work, client_id, order))

    return await call.once(201, act, secrets=SECRET)


@router.get(OF_CLIENT, summary="List a client's keys", responses=problems(400, 404, 422))
async def list_of_client(
    client_id: UUID,
    request: Request,
    response: Response,
    call: BureauCall,
    page: Annotated[PageRequest, Depends(page_request)],
) -> Page[KeyAnswer]:
    """For the bureau; revoked ones too."""

    async def read(work: UnitOfWork) -> list[ApiKey]:
        await clients.get(work.session, client_id)
        return await keys.page(work.session, client_id, page)

    return _page(request, response, await call.read(read), page)


@router.delete(OF_CLIENT + "/{key_id}", status_code=204, summary="Revoke a client's key", responses=problems(404, 422))
async def revoke_of_client(client_id: UUID, key_id: UUID, call: BureauCall) -> Response:
    """For the bureau. It stops working at once here, elsewhere when the news is there. Again changes nothing."""
    async with call.unit() as work:
        await revoke_key(work, client_id, key_id, by=call.principal.key_id)
    return Response(status_code=204)


@router.post(
    OF_HOUSE,
    status_code=201,
    response_model=IssuedKeyAnswer,
    summary="Issue a key to the bureau or a print shop",
    responses=problems(400, 409, 415, 422),
)
async def issue_to_house(body: HouseKeyBody, call: BureauCall) -> Response:
    """For the bureau. Such a key belongs to no client and has every scope of its kind."""
    order = KeyOrder(body.kind, None, body.label, SCOPES[body.kind], body.live)

    async def act(work: UnitOfWork) -> IssuedKeyAnswer:
        return _issued_answer(await issue_key(work, order))

    return await call.once(201, act, secrets=SECRET)


@router.get(OF_HOUSE, summary="List the keys of the bureau and the print shops", responses=problems(400, 422))
async def list_of_house(
    request: Request, response: Response, call: BureauCall, page: Annotated[PageRequest, Depends(page_request)]
) -> Page[KeyAnswer]:
    """For the bureau; revoked ones too."""
    return _page(request, response, await call.read(lambda work: keys.page(work.session, None, page)), page)


@router.delete(
    OF_HOUSE + "/{key_id}",
    status_code=204,
    summary="Revoke a key of the bureau or a print shop",
    responses=problems(404, 409, 422),
)
async def revoke_of_house(key_id: UUID, call: BureauCall) -> Response:
    """For the bureau. A key cannot revoke itself: that could leave no one with a key."""
    async with call.unit() as work:
        await revoke_key(work, None, key_id, by=call.principal.key_id)
    return Response(status_code=204)


def _page(request: Request, response: Response, rows: Sequence[ApiKey], page: PageRequest) -> Page[KeyAnswer]:
    found, cursor = cut(rows, page, lambda key: key.key_id)
    link_next(request, response, cursor)
    return Page(items=[_key_answer(key) for key in found], next=cursor)
