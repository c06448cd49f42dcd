"""Clients: the bureau registers and changes them; a client can read its own."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from services.customers.api.bodies import AddressAnswer, AddressBody, ExternalId, FreeText, Name
from services.customers.api.callers import BureauCall, ClientCall
from services.customers.domain.client import Client, ClientDetails, KidTerms, NewClient, always_in_foretaksregisteret
from services.customers.store import clients
from services.customers.usecases.change_client import ClientChange, change_client
from services.customers.usecases.register_client import register_client
from shared.db.database import UnitOfWork
from shared.http.approvals import ApprovalAnswer, requested_by
from shared.http.bodies import Answer, Body, Page, example
from shared.http.documentation import Responses, problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.http.versions import SeenVersions, tag
from shared.values import KidAlgorithm, LegalForm

router = APIRouter(route_class=JsonRoute, tags=["clients"])

# Twelve digits keep number and KID readable.
LARGEST_FIRST_NUMBER = 999_999_999_999

EXAMPLE: dict[str, Any] = {
    "name": "Fjord og Fjell AS",
    "orgnr": "974760673",
    "legal_form": "AS",
    "mva_registered": True,
    "address": {"lines": ["Storgata 1"], "postal_code": "0155", "city": "OSLO"},
    "bank_account": "86011117947",
    "kid": {"algorithm": "MOD10", "length": 16},
    "email": "post@fjordogfjell.no",
    "bic": "DNBANOKK",
}


class KidBody(Body):
    algorithm: KidAlgorithm = Field(description="How the check digit is calculated.")
    length: int = Field(ge=4, le=25, description="Digits in all, check digit included.")


class ClientBody(Body):
    model_config = example(EXAMPLE)

    name: Name
    orgnr: FreeText = Field(description="Nine digits (MOD11). Fixed at registration.")
    legal_form: LegalForm
    mva_registered: bool = Field(description="Registered for VAT: its invoices carry MVA.")
    in_foretaksregisteret: bool | None = Field(
        default=None, description="Printed on documents. By default true for AS, ASA and NUF, false for the others."
    )
    address: AddressBody
    bank_account: FreeText = Field(description="Eleven digits (MOD11): the account that customers pay to.")
    kid: KidBody
    email: FreeText | None = None
    phone: FreeText | None = None
    website: FreeText | None = None
    bic: FreeText | None = Field(
        default=None, description="Of the bank that has the account: printed, with the IBAN, for customers abroad."
    )
    first_invoice_number: int | None = Field(
        default=None, ge=1, le=LARGEST_FIRST_NUMBER, description="1 by default. Fixed at registration."
    )
    external_id: ExternalId | None = None

    def to_client(self, *, active: bool = True) -> NewClient:
        in_register = self.in_foretaksregisteret
        details = ClientDetails(
            name=self.name,
            orgnr=self.orgnr,
            legal_form=self.legal_form,
            mva_registered=self.mva_registered,
            in_foretaksregisteret=always_in_foretaksregisteret(self.legal_form) if in_register is None else in_register,
            address=self.address.to_address(),
            bank_account=self.bank_account,
            kid=KidTerms(algorithm=self.kid.algorithm, length=self.kid.length),
            email=self.email,
            phone=self.phone,
            website=self.website,
            bic=self.bic,
            active=active,
        )
        return NewClient(details, self.first_invoice_number, self.external_id)


class ChangedClientBody(ClientBody):
    active: bool = Field(
        default=True,
        description="false: the client has left, gets no new customers or keys, and its keys are revoked for good.",
    )


class KidAnswer(Answer):
    algorithm: KidAlgorithm
    length: int


class ClientAnswer(Answer):
    id: UUID
    version: int = Field(description="Also the ETag.")
    name: str
    orgnr: str
    legal_form: LegalForm
    mva_registered: bool
    in_foretaksregisteret: bool
    address: AddressAnswer
    bank_account: str
    kid: KidAnswer
    email: str | None
    phone: str | None
    website: str | None
    bic: str | None
    first_invoice_number: int
    external_id: str | None
    logo: str | None = Field(description="SHA-256 of the logo.")
    active: bool
    registered_at: datetime


_WAITING: Responses = {
    202: {"model": ApprovalAnswer, "description": "A second person must approve it: `/v1/approvals/{id}`."}
}


def client_answer(client: Client) -> ClientAnswer:
    details = client.details
    return ClientAnswer(
        id=client.client_id,
        version=client.version,
        name=details.name,
        orgnr=details.orgnr,
        legal_form=details.legal_form,
        mva_registered=details.mva_registered,
        in_foretaksregisteret=details.in_foretaksregisteret,
        address=AddressAnswer.model_validate(details.address),
        bank_account=details.bank_account,
        kid=KidAnswer.model_validate(details.kid),
        email=details.email,
        phone=details.phone,
        website=details.website,
        bic=details.bic,
        first_invoice_number=client.first_invoice_number,
        external_id=client.external_id,
        logo=client.logo,
        active=details.active,
        registered_at=client.registered_at,
    )


def tagged(response: Response, client: Client) -> ClientAnswer:
    """The answer, with the version as ETag."""
    tag(response, client.version)
    return client_answer(client)


@router.post(
    "/v1/clients",
    status_code=201,
    response_model=ClientAnswer,
    summary="Register a client",
    responses=problems(400, 409, 415, 422),
)
async def register(body: ClientBody, call: BureauCall) -> Response:
    """For the bureau. An organisation number can be registered only once."""

    async def act(work: UnitOfWork) -> ClientAnswer:
        return client_answer(await register_client(work, body.to_client()))

    return await call.once(201, act, location="/v1/clients/{id}")


@router.get("/v1/clients", summary="List clients", responses=problems(400, 422))
async def list_clients(
    request: Request, response: Response, call: BureauCall, page: Annotated[PageRequest, Depends(page_request)]
) -> Page[ClientAnswer]:
    """For the bureau, in the order of registration."""
    rows = await call.read(lambda work: clients.fetch_page(work.session, page))
    items, cursor = cut(rows, page, lambda client: client.client_id)
    link_next(request, response, cursor)
    return Page(items=[client_answer(client) for client in items], next=cursor)


@router.get("/v1/clients/{client_id}", summary="Show a client", responses=problems(404, 422))
async def show(client_id: UUID, response: Response, call: BureauCall) -> ClientAnswer:
    """For the bureau. Send the ETag as `If-Match` to change the client."""
    return tagged(response, await call.read(lambda work: clients.get(work.session, client_id)))


@router.put(
    "/v1/clients/{client_id}",
    summary="Change a client",
    response_model=ClientAnswer,
    responses=_WAITING | problems(404, 409, 412, 415, 422, 428),
)
async def change(
    client_id: UUID, body: ChangedClientBody, response: Response, call: BureauCall, expected: SeenVersions
) -> ClientAnswer | JSONResponse:
    """For the bureau. Documents already issued do not change. Organisation and first invoice number are fixed.

    Another bank account (with its KID agreement, and nothing else) takes a second person's approval: 202.
    """
    change_requested = ClientChange(client_id, body.to_client(active=body.active), expected, requested_by(call))
    async with call.unit() as work:
        changed = await change_client(work, change_requested)
    if isinstance(changed, Client):
        return tagged(response, changed)
    waiting = ApprovalAnswer.of(changed, call.runtime.clock.now())
    headers = {"Location": f"/v1/approvals/{waiting.id}"}
    return JSONResponse(waiting.model_dump(mode="json"), status_code=202, headers=headers)


@router.get("/v1/client", summary="Show your own client", responses=problems(400, 404))
async def show_own(response: Response, call: ClientCall) -> ClientAnswer:
    """The client that the key belongs to, or the one that a bureau key names in `Faktura-Client`."""
    return tagged(response, await call.read(lambda work: clients.get(work.session, call.client_id)))
