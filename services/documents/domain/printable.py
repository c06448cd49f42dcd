"""What could not be printed of a document, found before it takes a number. Rendering refuses it with the same code."""

from collections.abc import Iterator

from services.documents.domain.errors import AddressTooLong, CharactersMissing
from services.documents.domain.parties import Address, Client, Customer
from services.documents.domain.ready_to_confirm import ReadyToConfirm
from shared.paper.characters import missing_characters, named
from shared.paper.window import address_lines, fits_window
from shared.problems import DomainError
from shared.text_nb import single_line

_SHOWN = 60
"""Characters of a refused text that the answer repeats."""


def not_printable(document: ReadyToConfirm) -> tuple[DomainError, ...]:
    """Everything that a person must write otherwise; the pointer is `""` for what stands in the client's register.

    The lines and references of a credit note are those of its invoice, which nobody can change: they are not checked,
    so that an invoice that cannot be printed can still be credited.
    """
    missing = tuple(
        CharactersMissing(pointer=pointer, characters=named(characters), text=text[:_SHOWN])
        for pointer, text in _texts(document)
        if (characters := missing_characters(text))
    )
    return missing if _fits_envelope(document.parties.customer) else (*missing, AddressTooLong(pointer="/customer_id"))


def _fits_envelope(customer: Customer) -> bool:
    """Always for one that gets no letters."""
    address = customer.address
    lines = address_lines(address.lines, address.postal_code, address.city, address.country, customer.language)
    return "print" not in customer.channels or fits_window((single_line(customer.name), *lines))


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
