"""What several bodies share."""

from typing import Annotated

from pydantic import Field

from services.customers.domain.postal import CITY_MAX, LINE_MAX, MAX_LINES, NORWAY, POSTAL_CODE_MAX
from services.customers.domain.text import EXTERNAL_ID_MAX, NAME_MAX
from shared.contracts.values import PostalAddress
from shared.http.bodies import Answer, Body

Name = Annotated[str, Field(max_length=NAME_MAX, examples=["Fjord og Fjell AS"])]
ExternalId = Annotated[
    str,
    Field(max_length=EXTERNAL_ID_MAX, description="Your own id for it: unique for ever, and never changed."),
]
FreeText = Annotated[str, Field(max_length=1000)]
"""Judged by the domain, which says better what is wrong; here only kept from being huge."""


class AddressBody(Body):
    lines: list[Annotated[str, Field(max_length=LINE_MAX)]] = Field(
        default=[], max_length=MAX_LINES, description="Street or box, and what else stands above the postal code."
    )
    postal_code: str = Field(max_length=POSTAL_CODE_MAX, description="Four digits in Norway.", examples=["0150"])
    city: str = Field(max_length=CITY_MAX, examples=["OSLO"])
    country: str = Field(default=NORWAY, max_length=2, description="ISO 3166-1 alpha-2.")

    def to_address(self) -> PostalAddress:
        return PostalAddress(
            lines=tuple(self.lines), postal_code=self.postal_code, city=self.city, country=self.country
        )


class AddressAnswer(Answer):
    lines: list[str]
    postal_code: str
    city: str
    country: str


def address_answer(address: PostalAddress) -> AddressAnswer:
    return AddressAnswer.model_validate(address)
