"""The books as text, in the manner of beancount: for people, for tests, for holding two runs against each other.

    2026-11-23 Faktura 1001, Nordlys AS
      1500 Kundefordringer                          1250.00
      3000 Salg, høy sats                          -1000.00  mva 3
      2700 Utgående mva, høy sats                   -250.00  mva 3

No ids and no hashes, and sorted by date, kind and number, not by the order of posting, which differs from run to run.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.ledger.domain.entry import Entry, Posting, Purpose
from shared.money import kroner

_ORDER: Final[dict[Purpose, int]] = {"invoice": 0, "credit_note": 1, "receipt": 2}
_NAME_WIDTH: Final = 34
_AMOUNT_WIDTH: Final = 16
_NUMBER: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Names:
    """What numbers and ids are called: accounts by number, customers by the claim that their name stands on."""

    accounts: Mapping[int, str]
    customers: Mapping[UUID, str]


def written(entries: Iterable[Entry], names: Names, *, entry_numbers: bool = False) -> str:
    """The entries as text, a blank line between them; with entry numbers the text belongs to one run only."""
    blocks = [_block(entry, names, entry_numbers) for entry in sorted(entries, key=_order)]
    return "\n".join(blocks)


def _order(entry: Entry) -> tuple[object, ...]:
    draft = entry.draft
    amounts = tuple((posting.account, posting.amount_ore) for posting in draft.postings)
    return draft.entry_date, _ORDER[draft.purpose], _by_number(draft.text), amounts, draft.text


def _by_number(text: str) -> tuple[tuple[str, int], ...]:
    """Faktura 999 before Faktura 1000."""
    return tuple(("", int(part)) if part.isdecimal() else (part, 0) for part in _NUMBER.split(text))


def _block(entry: Entry, names: Names, entry_numbers: bool) -> str:
    draft = entry.draft
    number = f"#{entry.number} " if entry_numbers else ""
    customer = names.customers.get(draft.claim_id)
    head = f"{draft.entry_date} {number}{draft.text}" + (f", {customer}" if customer else "")
    return "\n".join([head, *(_line(posting, names.accounts) for posting in draft.postings), ""])


def _line(posting: Posting, accounts: Mapping[int, str]) -> str:
    name = accounts.get(posting.account, "")
    mva = f"  mva {posting.mva_code}" if posting.mva_code else ""
    return f"  {posting.account} {name:<{_NAME_WIDTH}}{kroner(posting.amount_ore):>{_AMOUNT_WIDTH}}{mva}"
