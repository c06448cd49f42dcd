"""What the pages show: finished strings only, so that a template loops and branches but never calculates."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labelled:
    label: str
    value: str
    strong: bool = False
    groups: tuple[str, ...] = ()
    """The value in groups, for the eye: they are set apart without spaces, so that the whole can be copied."""
    width: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `width` is a CSS length, None for the column that takes the rest. Figures are aligned to the right."""

    label: str
    width: str | None
    figures: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """A row of the table of goods. `discount` and `mva` are empty when the table lacks the column."""

    description: str
    quantity: str
    unit: str
    unit_price: str
    discount: str
    mva: str
    net: str
    carried: str
    """The sum of the lines so far, for the foot of a page that ends here; empty for the last line."""
    brought: str
    """The same sum, for the head of the page that then begins."""


@dataclass(frozen=True, slots=True)
class MvaView:
    """A row of the MVA specification: one code and rate (bokføringsforskriften § 5-1-5)."""

    label: str
    base: str
    mva: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the PDF holds besides its pages. `created` is the document's date, so that the bytes can be reproduced."""

    title: str
    author: str
    created: str
    identifier: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document, ready for the template, which leaves out empty tuples and strings."""

    language: str
    texts: Mapping[str, str]
    metadata: Metadata
    title: str
    number: str
    seller_name: str
    seller_name_is_long: bool
    seller_lines: tuple[str, ...]
    logo: str | None
    """`asset:<sha256>`: the only address that a page can reach."""
    recipient: tuple[str, ...]
    recipient_is_long: bool
    """More than fits at the usual size; only in documents that go without an envelope."""
    key_details: tuple[Labelled, ...]
    details: tuple[Labelled, ...]
    paragraphs: tuple[str, ...]
    claim: tuple[Labelled, ...]
    """The invoice that a reminder concerns, as a table of one row."""
    columns: tuple[Column, ...]
    lines: tuple[LineView, ...]
    shows_discount: bool
    shows_mva: bool
    mva_rows: tuple[MvaView, ...]
    sums: tuple[Labelled, ...]
    remarks: tuple[str, ...]
    payment: tuple[tuple[Labelled, ...], ...]
    """Row by row; empty when there is nothing to pay."""
    footer: tuple[str, ...]
