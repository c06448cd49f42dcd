"""Request and response bodies: unknown fields are refused on the way in, undeclared ones are dropped on the way out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

MAX_DECIMALS = 10


class Body(BaseModel):
    """A request body."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def example(body: Mapping[str, Any]) -> ConfigDict:
    """`model_config` with an example for the API document. The tests send the examples of request bodies."""
    return ConfigDict(json_schema_extra={"examples": [dict(body)]})


class Answer(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


T = TypeVar("T", bound=BaseModel)


class Page(Answer, Generic[T]):
    """One page of a list. `next` is the cursor for `after=`; null on the last page."""

    items: list[T]
    next: str | None = None


class FieldError(ValueError):
    """For validators: what is wrong with a field, in English, and in Norwegian for those who ask for that."""

    def __init__(self, en: str, *, nb: str) -> None:
        super().__init__(en)
        self.nb = nb


def _two_decimals(number: Decimal) -> Decimal:
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        raise FieldError("an amount in kroner has at most two decimals", nb="Et beløp i kroner har høyst to desimaler.")
    return number


_AsText = PlainSerializer(lambda number: format(number, "f"), return_type=str, when_used="json")

Number = Annotated[
    Decimal,
    Field(max_digits=20, decimal_places=MAX_DECIMALS),
    _AsText,
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,10}(\.\d{1,10})?$", "examples": ["12.5"]}),
]
"""A quantity, unit price or percentage: a decimal written as text, at most ten decimals."""

Kroner = Annotated[
    Decimal,
    Field(max_digits=15),
    AfterValidator(_two_decimals),
    _AsText,
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$", "examples": ["1234.50"]}),
]
"""An amount in kroner and øre; more than two decimals is refused, never rounded."""
