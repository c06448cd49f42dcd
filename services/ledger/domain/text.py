"""The books as text in the style of beancount: for people, for tests, and to compare two runs.

    2026-11-23 Faktura 1001, Nordlys AS
      1500 Kundefordringer                          1250.00
      3000 Salg, høy sats                          -1000.00  mva 3
      2700 Utgående mva, høy sats                   -250.00  mva 3

Without ids and hashes, and sorted by date, kind and number, because the order of posting differs between runs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.ledger.domain.entry import Entry, Posting, Purpose
from shared.money import kroner

_PURPOSE_ORDER: Final[dict[Purpose, int]] = {
    "invoice": 0,
    "credit_note": 1,
    "receipt": 2,
    "match": 3,
    "match_undone": 4,
    "refund": 5,
}
_NAME_WIDTH: Final = 34
_AMOUNT_WIDTH: Final = 16
_NUMBER: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of accounts by their number, and of customers by the id of a claim on them."""

    accounts: Mapping[int, str]
    customers: Mapping[UUID, str]


def entries_as_text(entries: Iterable[Entry], names: Names, *, entry_numbers: bool = False) -> str:
    """The entries with a blank line between them. With entry numbers, the text differs from run to run."""
    blocks = [_block(entry, names, entry_numbers) for entry in sorted(entries, key=_sort_key)]
    return "\n".join(blocks)


def _sort_key(entry: Entry) -> tuple[object, ...]:
    content = entry.content
    amounts = tuple((posting.account, posting.amount_ore) for posting in content.postings)
    return content.entry_date, _PURPOSE_ORDER[content.purpose], _by_number(content.text), amounts, content.text


def _by_number(text: str) -> tuple[tuple[str, int], ...]:
    """Faktura 999 before Faktura 1000."""
    return tuple(("", int(piece)) if piece.isdecimal() else (piece, 0) for piece in _NUMBER.split(text))


def _block(entry: Entry, names: Names, entry_numbers: bool) -> str:
    content = entry.content
    number = f"#{entry.number} " if entry_numbers else ""
    customer = names.customers.get(content.claim_id) if content.claim_id else None
    head = f"{content.entry_date} {number}{content.text}" + (f", {customer}" if customer else "")
    return "\n".join([head, *(_line(posting, names.accounts) for posting in content.postings), ""])


def _line(posting: Posting, accounts: Mapping[int, str]) -> str:
    name = accounts.get(posting.account, "")
    mva = f"  mva {posting.mva_code}" if posting.mva_code else ""
    return f"  {posting.account} {name:<{_NAME_WIDTH}}{kroner(posting.amount_ore):>{_AMOUNT_WIDTH}}{mva}"
