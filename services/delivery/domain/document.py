"""What delivery needs to know of a rendered document, stored as JSON with the delivery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.values import Channel, DocumentKind, Exact, Language, Ore, Purpose, Sha256, Value


class DocumentRef(Value):
    """Another document that this one corrects, confirms or reminds of."""

    document_id: UUID
    kind: DocumentKind
    number: int
    document_date: date


class MvaTotal(Value):
    """MVA of one code and rate."""

    code: str
    rate: Exact
    net_ore: Ore
    mva_ore: Ore


class Document(Value):
    """The document without its lines. Complete, since the events about the delivery pass it on."""

    document_id: UUID
    client_id: UUID
    kind: DocumentKind
    series: str
    number: int
    document_date: date
    due_date: date | None = None
    language: Language
    currency: Literal["NOK"] = "NOK"
    customer_id: UUID
    customer_number: int
    customer_name: str
    account: str | None = None
    kid: str | None = None
    mva_totals: tuple[MvaTotal, ...]
    net_ore: Ore
    mva_ore: Ore
    total_ore: Ore
    payable_ore: Ore
    refers_to: DocumentRef | None = None
    reminder_level: int | None = None


class Seller(Value):
    """The client, in whose name the document is sent."""

    name: str
    orgnr: str
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    bic: str | None = None
    """Of the bank that has the account."""
    logo: Sha256 | None = None
    """The picture in the object store."""


class Recipient(Value):
    """Where the customer can be reached, as agreed; not yet checked for any channel."""

    email: str | None = None
    postal_code: str
    city: str
    country: str = "NO"


class Artefact(Value):
    """A rendered file in the object store, found by the hash of its bytes."""

    purpose: Purpose
    sha256: Sha256
    media_type: str
    size_bytes: int
    pages: int
    filename: str


@dataclass(frozen=True)
class RenderedDocument:
    """A document that is ready to be delivered. `channels` are the agreed ones, in order of preference."""

    client_id: UUID
    document: Document
    seller: Seller
    recipient: Recipient
    channels: tuple[Channel, ...]
    artefacts: tuple[Artefact, ...]


def choose_artefact(artefacts: Sequence[Artefact], purposes: Sequence[Purpose]) -> Artefact | None:
    """The artefact of the first of these purposes that has one."""
    by_purpose = {artefact.purpose: artefact for artefact in artefacts}
    return next((by_purpose[purpose] for purpose in purposes if purpose in by_purpose), None)
