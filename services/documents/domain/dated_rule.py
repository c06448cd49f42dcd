"""What every rule of law has: its paragraph, the kinds of document it is about, and the days that it is in force."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.values import DocumentKind

BOOKKEEPING_ACT: Final = "bokføringsloven (LOV-2004-11-19-73)"
BOOKKEEPING: Final = "bokføringsforskriften (FOR-2004-12-01-1558)"
BUSINESS_REGISTER: Final = "foretaksregisterloven (LOV-1985-06-21-78)"
MVA_ACT: Final = "merverdiavgiftsloven (LOV-2009-06-19-58)"

SALES: Final[frozenset[DocumentKind]] = frozenset({"invoice", "credit_note"})
BUSINESS_LETTERS: Final[frozenset[DocumentKind]] = SALES | {"order_confirmation"}
INVOICES: Final[frozenset[DocumentKind]] = frozenset({"invoice"})


@dataclass(frozen=True, kw_only=True)
class DatedRule:
    """In force from `first_day` to `last_day`, both included; None is an open end. `nb` and `en` say what is wrong."""

    code: str
    paragraph: str
    law: str
    kinds: frozenset[DocumentKind]
    nb: str
    en: str
    first_day: date = date(2006, 1, 1)
    last_day: date | None = None

    @property
    def source(self) -> str:
        return f"{self.law.partition(' (')[0]} {self.paragraph}"

    def applies(self, kind: DocumentKind, day: date) -> bool:
        in_force = self.first_day <= day and (self.last_day is None or day <= self.last_day)
        return in_force and kind in self.kinds
