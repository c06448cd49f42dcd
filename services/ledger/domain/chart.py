"""The chart of accounts that every client's books start with, and the accounts for sales under each MVA code.

Numbers follow the classes of NS 4102 (1 assets, 2 debt, 3 sales); MVA codes are those of SAF-T and the VAT return.
Each code has a sales account of its own, so that the books show the turnover of a code directly (bokføringsforskriften
§ 3-1, specification of MVA).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from services.ledger.domain.errors import NoClearingAccount, NoSalesAccount

RECEIVABLES: Final = 1500
BANK: Final = 1920


@dataclass(frozen=True, slots=True)
class Account:
    number: int
    name_nb: str
    name_en: str
    mva_code: str | None = None


@dataclass(frozen=True, slots=True)
class SalesAccounts:
    """The accounts for sales under one MVA code: revenue, and output tax where the code has any.

    In force from the first to the last day, both included, by the document's date; None is an open end.
    """

    mva_code: str
    revenue: int
    output_mva: int | None
    first_day: date
    last_day: date | None
    source: str

    def in_force_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class ClearingAccounts:
    """Where money lies that is in the bank but not matched, and where it goes when it is sent back.

    In force from the first to the last day, both included, by the day of payment: so every movement of one payment
    uses the same accounts, also after a change. None is an open end.
    """

    unmatched: int
    refunds: int
    first_day: date
    last_day: date | None
    source: str

    def in_force_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


CHART: Final[tuple[Account, ...]] = (
    Account(RECEIVABLES, "Kundefordringer", "Trade receivables"),
    Account(BANK, "Bankinnskudd", "Bank"),
    Account(2700, "Utgående mva, høy sats", "Output VAT, standard rate", "3"),
    Account(2701, "Utgående mva, middels sats", "Output VAT, medium rate", "31"),
    Account(2702, "Utgående mva, lav sats", "Output VAT, low rate", "33"),
    Account(2703, "Utgående mva, råfisk", "Output VAT, raw fish", "32"),
    Account(2990, "Uavklarte innbetalinger", "Unmatched payments"),
    Account(2991, "Tilbakebetalinger underveis", "Refunds on their way"),
    Account(3000, "Salg, høy sats", "Sales, standard rate", "3"),
    Account(3010, "Salg, middels sats", "Sales, medium rate", "31"),
    Account(3020, "Salg, råfisk", "Sales, raw fish", "32"),
    Account(3030, "Salg, lav sats", "Sales, low rate", "33"),
    Account(3100, "Salg, fritatt for mva", "Sales, zero-rated", "5"),
    Account(3110, "Salg, omvendt avgiftsplikt", "Sales, reverse charge", "51"),
    Account(3120, "Salg, utførsel", "Sales, export", "52"),
    Account(3200, "Salg, unntatt fra mva-loven", "Sales, outside the VAT act", "6"),
    Account(3900, "Annen driftsinntekt", "Other operating income", "7"),
)

_SINCE = date(1970, 1, 1)
_SAFT = "Skatteetaten/saf-t, Standard Tax Codes: "

SALES: Final[tuple[SalesAccounts, ...]] = (
    SalesAccounts("3", 3000, 2700, _SINCE, None, _SAFT + "3, output VAT, regular rate"),
    SalesAccounts("31", 3010, 2701, date(2001, 7, 1), None, _SAFT + "31, output VAT, reduced rate, middle"),
    SalesAccounts("32", 3020, 2703, _SINCE, None, _SAFT + "32, output VAT, reduced rate, raw fish"),
    SalesAccounts("33", 3030, 2702, date(2004, 3, 1), None, _SAFT + "33, output VAT, reduced rate, low"),
    SalesAccounts("5", 3100, None, _SINCE, None, _SAFT + "5, no output VAT (merverdiavgiftsloven chapter 6)"),
    SalesAccounts("51", 3110, None, date(2017, 1, 1), None, _SAFT + "51, domestic sales of reverse charge"),
    SalesAccounts("52", 3120, None, date(2017, 1, 1), None, _SAFT + "52, export of goods and services"),
    SalesAccounts("6", 3200, None, _SINCE, None, _SAFT + "6, outside the scope (merverdiavgiftsloven chapter 3)"),
    SalesAccounts("7", 3900, None, _SINCE, None, _SAFT + "7, no VAT treatment"),
)

CLEARING: Final[tuple[ClearingAccounts, ...]] = (
    # Money that is not ours yet is a debt to whoever paid it, so class 29, other short-term debt; never income, and not
    # 1500, which holds claims on known customers. UNVERIFIED: the standard leaves the last digits to the bookkeeper. A
    # client that uses others gets a new row from a day on, and an account in the chart.
    ClearingAccounts(2990, 2991, _SINCE, None, "NS 4102 group 29, other short-term debt; last digits UNVERIFIED"),
)


def clearing_accounts(day: date) -> ClearingAccounts:
    """The accounts for money that was paid on this day. Raises NoClearingAccount."""
    for accounts in CLEARING:
        if accounts.in_force_on(day):
            return accounts
    raise NoClearingAccount(day=day.isoformat())


def sales_accounts(mva_code: str, day: date) -> SalesAccounts:
    """The accounts for a sale under this code on this day. Raises NoSalesAccount."""
    for accounts in SALES:
        if accounts.mva_code == mva_code and accounts.in_force_on(day):
            return accounts
    raise NoSalesAccount(mva_code=mva_code, day=day.isoformat())
