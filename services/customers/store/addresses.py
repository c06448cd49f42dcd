"""Postal addresses as the columns of a client's or a customer's row."""

from typing import Any

from services.customers.domain.postal import PostalAddress
from services.customers.tables import ClientRow, CustomerRow


def address_columns(address: PostalAddress) -> dict[str, Any]:
    return {
        "address_lines": list(address.lines),
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
    }


def address_of(row: ClientRow | CustomerRow) -> PostalAddress:
    return PostalAddress(
        lines=tuple(row.address_lines), postal_code=row.postal_code, city=row.city, country=row.country
    )
