"""Customers: the client's own register of whom it sells to."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.customers.api.bodies import AddressAnswer, AddressBody, ExternalId, FreeText, Name, address_answer
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
from services.customers.store.customers import Order, Search
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

router = APIRouter(route_class=JsonRoute, tags=["Customers"], prefix="/v1/customers")

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
    orgnr: FreeText | None = Field(default=None, description="Nine digits (MOD11); of a business only.")
    address: AddressBody
    email: FreeText | None = None
    language: Language = Field(default="nb", description="Of the documents.")
    channels: list[Channel] = Field(
        max_length=10,
        description="How documents are delivered, in order of preference: the next when one does not succeed.",
    )
    payment_terms_days: int = Field(default=USUAL_TERMS_DAYS, ge=0, le=MAX_TERMS_DAYS)
    customer_number: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST_NUMBER,
        description="For those who have a number already; otherwise the next free one. Settled at registration.",
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
    active: bool = Field(default=True, description="false: kept for the records, and sold to no more.")


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
        address=address_answer(details.address),
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


def _search(
    name: Annotated[
        str | None,
        Query(max_length=200, description="The beginning of the name; case and accents do not count, and aa is å."),
    ] = None,
    external_id: Annotated[str | None, Query(max_length=200)] = None,
    sort: Annotated[Order, Query(description="`id`: as registered. `name`: as Norwegian sorts.")] = "id",
) -> Search:
    return Search(name, None if external_id is None else single_line(external_id), sort)


@router.post(
    "",
    status_code=201,
    response_model=CustomerAnswer,
    summary="Register a customer",
    responses=problems(400, 404, 409, 415, 422),
)
async def register(body: CustomerBody, call: ClientCall) -> Response:
    """The answer has the customer's id and number."""

    async def act(work: UnitOfWork) -> CustomerAnswer:
        return _answer(await register_customer(work, call.client_id, body.to_customer()))

    return await call.once(201, act, location="/v1/customers/{id}")


@router.get("", summary="List customers", responses=problems(400, 422))
async def list_customers(
    request: Request,
    response: Response,
    call: ClientCall,
    search: Annotated[Search, Depends(_search)],
    page: Annotated[PageRequest, Depends(page_request)],
) -> Page[CustomerAnswer]:
    """All of them, or those whose name begins so, or the one with your own id for it."""
    rows = await call.read(lambda work: customers.page(work.session, call.client_id, search, page))
    found, cursor = cut(rows, page, lambda customer: customer.customer_id)
    link_next(request, response, cursor)
    return Page(items=[_answer(customer) for customer in found], next=cursor)


@router.get("/{customer_id}", summary="Show a customer", responses=problems(400, 404, 422))
async def show(customer_id: UUID, response: Response, call: ClientCall) -> CustomerAnswer:
    """The ETag goes into `If-Match` when the customer is changed."""
    return _tagged(response, await call.read(lambda work: customers.get(work.session, call.client_id, customer_id)))


@router.put("/{customer_id}", summary="Change a customer", responses=problems(400, 404, 409, 412, 415, 422, 428))
async def change(
    customer_id: UUID, body: ChangedCustomerBody, response: Response, call: ClientCall, seen: SeenVersions
) -> CustomerAnswer:
    """The whole of it, as it shall be. Documents already issued keep what they say; the number stays."""
    told = CustomerChange(customer_id, body.to_customer(active=body.active), seen)
    async with call.unit() as work:
        customer = await change_customer(work, call.client_id, told)
    return _tagged(response, customer)
