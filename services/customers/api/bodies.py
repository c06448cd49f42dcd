"""Fields that several bodies and answers share."""

from typing import Annotated

from pydantic import Field

from services.customers.domain.postal import CITY_MAX, LINE_MAX, MAX_LINES, POSTAL_CODE_MAX, PostalAddress
from services.customers.domain.text import EXTERNAL_ID_MAX, NAME_MAX
from shared.countries import NORWAY
from shared.http.bodies import Answer, Body

Name = Annotated[str, Field(max_length=NAME_MAX, examples=["Fjord og Fjell AS"])]
ExternalId = Annotated[
    str,
    Field(max_length=EXTERNAL_ID_MAX, description="Your own id for it: unique, and never changed once given."),
]
FreeText = Annotated[str, Field(max_length=1000)]
"""Only its size is limited here: the domain gives better reasons for a refusal."""


class AddressBody(Body):
    lines: list[Annotated[str, Field(max_length=LINE_MAX)]] = Field(
        default=[], max_length=MAX_LINES, description="Street or box, and whatever else stands above the postal code."
    )
    postal_code: str = Field(
        default="",
        max_length=POSTAL_CODE_MAX,
        description="Four digits in Norway; may be left out where a country has none.",
        examples=["0150"],
    )
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
