"""The parts of domain values and contracts: a frozen base, exact numbers, and closed sets of words."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

Exact = Annotated[
    Decimal,
    PlainSerializer(lambda number: format(number, "f"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
]
"""A decimal that is text in JSON, so that no reader turns it into a float."""

Ore = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""An amount in øre that fits a BIGINT."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Language = Literal["nb", "nn", "en"]
Channel = Literal["email", "print"]
LegalForm = Literal["AS", "ASA", "NUF", "ENK", "ANS", "DA", "SA", "STI", "FLI", "KOMM", "OTHER"]
KidAlgorithm = Literal["MOD10", "MOD11"]
DocumentKind = Literal["order_confirmation", "invoice", "credit_note", "reminder"]
KeyKind = Literal["bureau", "client", "print_shop"]
Actor = Literal["key", "command-line"]
"""Who changes something: a caller of the API with a key, or an operator on the command line."""
Purpose = Literal["read", "print", "structured"]
"""The use of a rendered file: for reading on a screen, for printing, or for a program."""


class Value(BaseModel):
    """Frozen, and tolerant of unknown fields, so that JSON written by a newer version can be read.

    `model_validate` also takes any object with the same attributes: a contract becomes a domain value that way, and a
    domain value a contract.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True, use_attribute_docstrings=True)
