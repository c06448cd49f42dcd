"""Which buyers the law gives structured e-invoices: dated data (`shared/law/e_invoice.toml`), read once at import."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class EInvoiceDuty:
    """A duty from the first to the last day, both included; the last day is None when open.

    `announced_on` is the day from which sellers are told of it.
    """

    first_day: date
    last_day: date | None
    announced_on: date
    country: str
    law: str
    paragraph: str
    source: str

    def covers(self, *, is_business: bool, country: str) -> bool:
        """Whether this buyer must be sent e-invoices. Bookkeeping duty is taken for granted of a business."""
        return is_business and country == self.country


def _read(row: Mapping[str, Any]) -> EInvoiceDuty:
    if row["buyers"] != "businesses":
        raise ValueError(f"e-invoices to {row['buyers']!r} are not provided for")
    return EInvoiceDuty(
        first_day=row["from"],
        last_day=row.get("to"),
        announced_on=row["announced"],
        country=row["country"],
        law=row["law"],
        paragraph=row["paragraph"],
        source=row["source"],
    )


_LAW: Final = tomllib.loads(resources.files("shared.law").joinpath("e_invoice.toml").read_text(encoding="utf-8"))
E_INVOICE_DUTIES: Final[tuple[EInvoiceDuty, ...]] = tuple(_read(row) for row in _LAW["duty"])
