"""Customers: a client's own register of its buyers."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.customers.api.bodies import AddressAnswer, AddressBody, ExternalId, FreeText, Name
from services.customers.api.callers import ClientCall
from services.customers.domain.customer import (
    LARGEST_NUMBER,
    MAX_TERMS_DAYS,
    USUAL_TERMS_DAYS,
    Customer,
    CustomerDetails,
    NewCustomer,
)
from services.customers.store import customers
from services.customers.store.customers import CustomerQuery, SortOrder
from services.customers.usecases.change_customer import CustomerChange, change_customer
from services.customers.usecases.register_customer import register_customer
from shared.db.database import UnitOfWork
from shared.http.bodies import Answer, Body, Page, example
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.http.versions import SeenVersions, tag
from shared.text_nb import single_line
from shared.values import Channel, Language

router = APIRouter(route_class=JsonRoute, tags=["customers"], prefix="/v1/customers")

EXAMPLE: dict[str, Any] = {
    "is_business": True,
    "name": "Ålesund Rør og Sanitær AS",
    "orgnr": "910562223",
    "address": {"lines": ["Kaigata 7"], "postal_code": "6002", "city": "ÅLESUND"},
    "email": "faktura@aalesundror.no",
    "language": "nb",
    "channels": ["email", "print"],
    "payment_terms_days": 14,
}


class CustomerBody(Body):
    model_config = example(EXAMPLE)

    is_business: bool = Field(description="false: a private person.")
    name: Name
    orgnr: FreeText | None = Field(default=None, description="Nine digits (MOD11); only for a business.")
    address: AddressBody
    email: FreeText | None = None
    language: Language = Field(default="nb", description="The language of the documents.")
    channels: list[Channel] = Field(
        max_length=10,
        description="How documents are delivered, in order of preference: the next is tried when one fails.",
    )
    payment_terms_days: int = Field(default=USUAL_TERMS_DAYS, ge=0, le=MAX_TERMS_DAYS)
    customer_number: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST_NUMBER,
        description="Give one to keep a number from before; by default the next free one. Fixed at registration.",
    )
    external_id: ExternalId | None = None

    def to_customer(self, *, active: bool = True) -> NewCustomer:
        details = CustomerDetails(
            is_business=self.is_business,
            name=self.name,
            orgnr=self.orgnr,
            address=self.address.to_address(),
            email=self.email,
            language=self.language,
            channels=tuple(self.channels),
            payment_terms_days=self.payment_terms_days,
            active=active,
        )
        return NewCustomer(details, self.customer_number, self.external_id)


class ChangedCustomerBody(CustomerBody):
    active: bool = Field(default=True, description="false: kept on record, but no longer sold to.")


class CustomerAnswer(Answer):
    id: UUID
    version: int = Field(description="Also the ETag.")
    customer_number: int
    is_business: bool
    name: str
    orgnr: str | None
    address: AddressAnswer
    email: str | None
    language: Language
    channels: list[Channel]
    payment_terms_days: int
    external_id: str | None
    active: bool
    registered_at: datetime


def _answer(customer: Customer) -> CustomerAnswer:
    details = customer.details
    return CustomerAnswer(
        id=customer.customer_id,
        version=customer.version,
        customer_number=customer.customer_number,
        is_business=details.is_business,
        name=details.name,
        orgnr=details.orgnr,
        address=AddressAnswer.model_validate(details.address),
        email=details.email,
        language=details.language,
        channels=list(details.channels),
        payment_terms_days=details.payment_terms_days,
        external_id=customer.external_id,
        active=details.active,
        registered_at=customer.registered_at,
    )


def _tagged(response: Response, customer: Customer) -> CustomerAnswer:
    tag(response, customer.version)
    return _answer(customer)


def _query(
    name: Annotated[
        str | None,
        Query(max_length=200, description="The beginning of the name; case and accents are ignored, and aa is å."),
    ] = None,
    external_id: Annotated[str | None, Query(max_length=200)] = None,
    sort: Annotated[SortOrder, Query(description="`id`: by registration. `name`: in Norwegian order.")] = "id",
) -> CustomerQuery:
    return CustomerQuery(name, None if external_id is None else single_line(external_id), sort)


@router.post(
    "",
    status_code=201,
    response_model=CustomerAnswer,
    summary="Register a customer",
    responses=problems(400, 404, 409, 415, 422),
)
async def register(body: CustomerBody, call: ClientCall) -> Response:
    """The answer has the new customer's id and number."""

    async def act(work: UnitOfWork) -> CustomerAnswer:
        return _answer(await register_customer(work, call.client_id, body.to_customer()))

    return await call.once(201, act, location="/v1/customers/{id}")


@router.get("", summary="List customers", responses=problems(400, 422))
async def list_customers(
    request: Request,
    response: Response,
    call: ClientCall,
    query: Annotated[CustomerQuery, Depends(_query)],
    page: Annotated[PageRequest, Depends(page_request)],
) -> Page[CustomerAnswer]:
    """All customers, those whose name begins with a text, or the one with your own id."""
    rows = await call.read(lambda work: customers.fetch_page(work.session, call.client_id, query, page))
    items, cursor = cut(rows, page, lambda customer: customer.customer_id)
    link_next(request, response, cursor)
    return Page(items=[_answer(customer) for customer in items], next=cursor)


@router.get("/{customer_id}", summary="Show a customer", responses=problems(400, 404, 422))
async def show(customer_id: UUID, response: Response, call: ClientCall) -> CustomerAnswer:
    """Send the ETag as `If-Match` to change the customer."""
    return _tagged(response, await call.read(lambda work: customers.get(work.session, call.client_id, customer_id)))


@router.put("/{customer_id}", summary="Change a customer", responses=problems(400, 404, 409, 412, 415, 422, 428))
async def change(
    customer_id: UUID, body: ChangedCustomerBody, response: Response, call: ClientCall, expected: SeenVersions
) -> CustomerAnswer:
    """Send the whole customer as it is to be. Documents already issued do not change; the customer number is fixed."""
    requested = CustomerChange(customer_id, body.to_customer(active=body.active), expected)
    async with call.unit() as work:
        customer = await change_customer(work, call.client_id, requested)
    return _tagged(response, customer)
