"""What a page shows: finished strings only, so that a template loops and asks yes or no, and never reckons."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labelled:
    label: str
    value: str
    strong: bool = False
    width: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `width` is a CSS length, None for the column that takes the rest. `figures` are set to the right."""

    label: str
    width: str | None
    figures: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """A row of the table of goods. `discount` and `mva` are empty when the table has no such column."""

    description: str
    quantity: str
    unit: str
    unit_price: str
    discount: str
    mva: str
    net: str


@dataclass(frozen=True, slots=True)
class MvaView:
    """A row of the MVA specification: one code and rate (bokføringsforskriften § 5-1-5)."""

    label: str
    base: str
    mva: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What a reminder reminds of."""

    invoice_number: str
    invoice_date: str
    outstanding: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What stands in the PDF besides its pages. `created` is the document's date: the bytes can be made again."""

    title: str
    author: str
    created: str
    identifier: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document, ready to be set. Empty tuples and empty strings are left out by the template."""

    language: str
    texts: Mapping[str, str]
    metadata: Metadata
    title: str
    number: str
    seller_name: str
    seller_name_is_long: bool
    seller_lines: tuple[str, ...]
    logo: str | None
    recipient: tuple[str, ...]
    key_details: tuple[Labelled, ...]
    details: tuple[Labelled, ...]
    paragraphs: tuple[str, ...]
    claim: ClaimView | None
    columns: tuple[Column, ...]
    lines: tuple[LineView, ...]
    shows_discount: bool
    shows_mva: bool
    mva_rows: tuple[MvaView, ...]
    sums: tuple[Labelled, ...]
    remarks: tuple[str, ...]
    payment: tuple[Labelled, ...]
    footer: tuple[str, ...]
