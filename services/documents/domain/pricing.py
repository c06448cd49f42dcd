"""From agreed lines to amounts: line nets, MVA per code and rate, totals. Integer øre, sums of rounded numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from services.documents.domain.confirmed import Line, MvaTotal
from services.documents.domain.draft import Draft, DraftLine
from services.documents.domain.errors import DiscountOutOfBounds, LineOutOfBounds, NoMvaRate, UnknownMvaCode
from shared.money import AmountRangeError, DiscountRangeError, line_gross_ore, line_net_ore
from shared.mva import NoMvaRateError, UnknownMvaCodeError, mva_totals, rate_on
from shared.problems import DomainError, Refused

MAX_LINE_ORE = 10**13
"""A hundred billion kroner. With 500 lines every sum, also in the ledger, stays far inside BIGINT."""


@dataclass(frozen=True)
class Priced:
    """Lines and totals at the rates of one day, in øre."""

    lines: tuple[Line, ...]
    mva_totals: tuple[MvaTotal, ...]
    net_ore: int
    mva_ore: int

    @property
    def total_ore(self) -> int:
        return self.net_ore + self.mva_ore


@dataclass(frozen=True)
class PricedDraft:
    """A draft with what follows from it: the customer's name, and the amounts at today's rates."""

    client_id: UUID
    draft_id: UUID
    draft: Draft
    customer_name: str
    priced: Priced


def price(draft: Draft, day: date) -> Priced:
    """The draft at the MVA rates of a day. Raises Refused with everything that is wrong, each with its line.

    MVA is per code and rate on the sum of line nets, half up (bokføringsforskriften § 5-1-5, EN 16931 BR-CO-17).
    """
    results = [_line_or_refusal(number, line, day) for number, line in enumerate(draft.lines, start=1)]
    refused = tuple(result for result in results if isinstance(result, DomainError))
    if refused:
        raise Refused(refused)
    return priced_lines(tuple(result for result in results if isinstance(result, Line)))


def priced_lines(lines: tuple[Line, ...]) -> Priced:
    """The totals of lines that have their rates and nets already."""
    totals = tuple(
        MvaTotal(code=total.code, rate=total.rate, net_ore=total.base_ore, mva_ore=total.mva_ore)
        for total in mva_totals(lines)
    )
    net_ore = sum(total.net_ore for total in totals)
    return Priced(lines, totals, net_ore, sum(total.mva_ore for total in totals))


def _line_or_refusal(number: int, line: DraftLine, day: date) -> Line | DomainError:
    pointer = f"/lines/{number - 1}"
    try:
        rate = _rate(line.mva_code, day)
        net_ore = _net_ore(line)
    except UnknownMvaCodeError:
        return UnknownMvaCode(pointer=f"{pointer}/mva_code", line=number, mva_code=line.mva_code)
    except NoMvaRateError:
        return NoMvaRate(pointer=f"{pointer}/mva_code", line=number, mva_code=line.mva_code, day=day.isoformat())
    except DiscountRangeError:
        return DiscountOutOfBounds(pointer=f"{pointer}/discount_percent", line=number)
    except AmountRangeError:
        return LineOutOfBounds(pointer=pointer, line=number)
    return Line(line_no=number, mva_rate=rate, net_ore=net_ore, **dict(line))


def _net_ore(line: DraftLine) -> int:
    gross_ore = line_gross_ore(line.quantity, line.unit_price)
    if abs(gross_ore) > MAX_LINE_ORE:
        raise AmountRangeError("beyond the largest line")
    return line_net_ore(line.quantity, line.unit_price, line.discount_percent)


@lru_cache(maxsize=256)
def _rate(code: str, day: date) -> Decimal:
    return rate_on(code, day)
