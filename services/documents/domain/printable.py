"""What could not be printed of a document, found before it takes a number. Rendering refuses it with the same code."""

from collections.abc import Iterator

from services.documents.domain.errors import CharactersMissing
from services.documents.domain.parties import Address, Client, Customer
from services.documents.domain.ready_to_confirm import ReadyToConfirm
from shared.paper.characters import missing_characters, named
from shared.problems import DomainError

_SHOWN = 60
"""Characters of a refused text that the answer repeats."""


def not_printable(document: ReadyToConfirm) -> tuple[DomainError, ...]:
    """Everything that a person must write otherwise; the pointer is `""` for what stands in the client's register.

    The lines and references of a credit note are those of its invoice, which nobody can change: they are not checked,
    so that an invoice that cannot be printed can still be credited.
    """
    return tuple(
        CharactersMissing(pointer=pointer, characters=named(missing), text=text[:_SHOWN])
        for pointer, text in _texts(document)
        if (missing := missing_characters(text))
    )


def _texts(document: ReadyToConfirm) -> Iterator[tuple[str, str]]:
    """Each text that comes from a person, with its pointer."""
    yield "", _seller(document.parties.client)
    yield "/customer_id", _buyer(document.parties.customer)
    yield "/note", document.content.note or ""
    if document.kind != "credit_note":
        yield from _content(document)


def _seller(client: Client) -> str:
    contact = (client.email, client.phone, client.website)
    return " · ".join((client.name, _address(client.address), *(text for text in contact if text)))


def _buyer(customer: Customer) -> str:
    return f"{customer.name} · {_address(customer.address)}"


def _address(address: Address) -> str:
    return " · ".join((*address.lines, address.postal_code, address.city))


def _content(document: ReadyToConfirm) -> Iterator[tuple[str, str]]:
    content = document.content
    for field in ("delivery_place", "your_reference", "our_reference", "order_number"):
        yield f"/{field}", getattr(content, field) or ""
    for line in document.priced.lines:
        yield f"/lines/{line.line_no - 1}/description", line.description
        yield f"/lines/{line.line_no - 1}/unit", line.unit
