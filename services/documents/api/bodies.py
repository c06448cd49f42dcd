"""What callers send: drafts of invoices and orders, and what is done with them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.documents.domain.draft import Draft, DraftLine
from services.documents.domain.order import DeliveredOrder
from shared.countries import countries
from shared.http.bodies import Body, FieldError, Kroner, Number, example
from shared.text_nb import single_line

MAX_LINES = 500
MAX_BLOCK = 500


def _clean_lines(text: str) -> str:
    return "\n".join(single_line(line) for line in text.splitlines()).strip()


def _known_country(code: str) -> str:
    if code not in countries():
        raise FieldError("not a country code (two capitals, ISO 3166-1)", nb="Ikke en landkode (to store bokstaver).")
    return code


Text = Annotated[str, StringConstraints(max_length=300), AfterValidator(single_line)]
"""One line; line breaks and tabs become spaces, invisible characters go."""
Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_clean_lines)]
ExternalId = Annotated[str, StringConstraints(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=100)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
Country = Annotated[str, AfterValidator(_known_country)]
Percent = Annotated[Number, Field(ge=0, le=100)]

_COUNTRY_OF_DELIVERY = "Two capitals, ISO 3166-1. Default: the buyer's, when `delivery_place` is left out."
_LINE: dict[str, Any] = {
    "description": "Konsulenttimer, oktober",
    "quantity": "12.5",
    "unit": "timer",
    "unit_price": "1290.00",
    "discount_percent": "10",
    "mva_code": "3",
}
_CONTENT: dict[str, Any] = {
    "customer_id": "01933c6a-8f00-7000-8000-000000000001",
    "lines": [_LINE, {"description": "Fast pris, oppsett", "amount": "4900.00", "mva_code": "3"}],
    "your_reference": "Kari Nordmann",
}
_INVOICE: dict[str, Any] = {**_CONTENT, "delivered_on": "2026-11-20"}


class LineBody(Body):
    """A line: either `quantity` and `unit_price`, or a fixed `amount`; kroner without MVA."""

    description: Text = Field("", description="What is supplied. May be empty in a draft; required when issued.")
    quantity: Number | None = Field(None, description="How much; negative to deduct. At most ten decimals.")
    unit: Annotated[Text, StringConstraints(max_length=20)] = Field(
        "stk", description="Of what the quantity is counted."
    )
    unit_price: Number | None = Field(None, description="Kroner per unit, without MVA. At most ten decimals.")
    amount: Kroner | None = Field(
        None, description="A fixed price in kroner, without MVA, instead of quantity and unit price."
    )
    discount_percent: Percent = Field(Decimal(0), description="Of the line, 0 to 100.")
    mva_code: Annotated[str, StringConstraints(max_length=4)] = Field(description="One of /v1/mva-codes.")

    @model_validator(mode="after")
    def _one_way_of_pricing(self) -> Self:
        by_unit = self.quantity is not None and self.unit_price is not None
        none_of_it = self.quantity is None and self.unit_price is None
        if (self.amount is None and by_unit) or (self.amount is not None and none_of_it):
            return self
        raise FieldError(
            "give either quantity and unit_price, or amount",
            nb="Oppgi enten quantity og unit_price, eller amount.",
        )

    def to_line(self) -> DraftLine:
        fixed = self.amount is not None
        return DraftLine(
            description=self.description,
            quantity=Decimal(1) if self.quantity is None else self.quantity,
            unit=self.unit,
            unit_price=(self.amount if fixed else self.unit_price) or Decimal(0),
            discount_percent=self.discount_percent,
            mva_code=self.mva_code,
        )


class DraftBody(Body):
    """What invoices and orders have in common."""

    customer_id: UUID
    lines: list[LineBody] = Field(min_length=1, max_length=MAX_LINES)
    delivery_place: Text | None = Field(None, description="Default: the buyer's address.")
    delivery_country: Country | None = Field(None, description=_COUNTRY_OF_DELIVERY)
    your_reference: Text | None = None
    our_reference: Text | None = None
    order_number: Text | None = Field(None, description="The buyer's own number of the order.")
    note: Note | None = None
    payment_terms_days: int | None = Field(None, ge=0, le=365, description="Default: as agreed with the customer.")

    def to_draft(self) -> Draft:
        """The draft as the domain has it, without the fields of the body alone."""
        content = self.model_dump(include=set(Draft.model_fields) - {"lines"})
        return Draft(**content, lines=tuple(line.to_line() for line in self.lines))


class Delivery(Body):
    """When it was delivered: on a day, or over a period."""

    delivered_on: Day | None = Field(None, description="The day of delivery, or the first day of a period.")
    delivered_until: Day | None = Field(None, description="The last day of a period.")

    @model_validator(mode="after")
    def _whole_period(self) -> Self:
        if self.delivered_until is None:
            return self
        if self.delivered_on is None:
            raise FieldError(
                "delivered_until needs delivered_on, the first day of the period",
                nb="delivered_until krever delivered_on, den første dagen i perioden.",
            )
        if self.delivered_until < self.delivered_on:
            raise FieldError("delivered_until is before delivered_on", nb="delivered_until er før delivered_on.")
        return self


class ChangedInvoiceBody(Delivery, DraftBody):
    """The whole new content of a draft invoice."""

    model_config = example(_INVOICE)


class InvoiceBody(ChangedInvoiceBody):
    """A draft invoice."""

    model_config = example({**_INVOICE, "external_id": "2026-1001"})

    external_id: ExternalId | None = Field(None, description="The caller's own id; unique among the client's invoices.")


class ChangedOrderBody(DraftBody):
    """The whole new content of a draft order."""

    model_config = example(_CONTENT)


class OrderBody(ChangedOrderBody):
    """A draft order."""

    model_config = example({**_CONTENT, "external_id": "2026-1002"})

    external_id: ExternalId | None = Field(None, description="The caller's own id; unique among the client's orders.")


class DeliveredBody(Delivery):
    """What is known when an order has been delivered."""

    model_config = example({"delivered_on": "2026-11-20"})

    delivered_on: Day = Field(description="The day of delivery, or the first day of a period.")
    delivery_place: Text | None = None
    delivery_country: Country | None = Field(None, description=_COUNTRY_OF_DELIVERY)
    payment_terms_days: int | None = Field(None, ge=0, le=365)

    def to_delivered(self) -> DeliveredOrder:
        return DeliveredOrder(**self.model_dump())


class CreditBody(Body):
    """Why an invoice is credited."""

    model_config = example({"reason": "Varen ble returnert."})

    reason: Note | None = Field(None, description="Printed on the credit note.")


class BlockBody(Body):
    """Invoices to issue together, in the order of their numbers."""

    model_config = example({"ids": ["01933c6a-8f00-7000-8000-000000000002"]})

    ids: list[UUID] = Field(min_length=1, max_length=MAX_BLOCK)

    @model_validator(mode="after")
    def _no_duplicates(self) -> Self:
        if len(set(self.ids)) != len(self.ids):
            raise FieldError("an id occurs twice", nb="En id forekommer to ganger.")
        return self
