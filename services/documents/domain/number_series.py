"""The number series of a client: one for each kind of document, with its first number and the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from services.documents.domain.errors import FirstInvoiceNumberIsTheClients
from services.documents.domain.parties import Client
from shared.values import DocumentKind


@dataclass(frozen=True)
class NumberSeries:
    """`is_locked`: the first number has been set or used, and stays."""

    series: DocumentKind
    first_number: int
    next_number: int
    is_locked: bool


def first_number_of(client: Client, series: DocumentKind) -> int:
    """What a series begins with unless something else is set before."""
    return client.first_invoice_number if series == "invoice" else 1


def all_series(client: Client, locked: Mapping[str, NumberSeries]) -> Sequence[NumberSeries]:
    """Every series, also those that have not begun."""
    return [locked.get(series) or _not_begun(client, series) for series in get_args(DocumentKind)]


def refuse_invoices(series: DocumentKind) -> None:
    """Raises FirstInvoiceNumberIsTheClients: only that number is part of a KID, and is kept where the agreement is."""
    if series == "invoice":
        raise FirstInvoiceNumberIsTheClients(pointer="/first_number")


def _not_begun(client: Client, series: DocumentKind) -> NumberSeries:
    first_number = first_number_of(client, series)
    return NumberSeries(series, first_number, first_number, is_locked=False)
