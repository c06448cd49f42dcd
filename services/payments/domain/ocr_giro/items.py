"""The amount items of a payment, put together."""

from dataclasses import dataclass
from typing import Final

from services.payments.domain.ocr_giro.layouts import (
    AMOUNT_ITEM_1,
    AMOUNT_ITEM_2,
    AMOUNT_ITEM_3,
    NO_DATE,
    is_kid_field,
    read_day,
)
from services.payments.domain.ocr_giro.model import Payment, TransactionType
from services.payments.domain.ocr_giro.problems import Problems

_TYPES: Final = {f"{member:02}": member for member in TransactionType}
_NO_ISSUER: Final = ("00", "  ")


@dataclass(slots=True)
class Items:
    """The amount items of one payment that have been read so far: the fields of each, None for one yet to come."""

    line_number: int
    type_code: str
    first: tuple[str, ...]
    second: tuple[str, ...] | None = None
    third: tuple[str, ...] | None = None

    def may_be_followed_by(self, line: str) -> bool:
        """Whether amount item 2 or 3 may come now; item 3 belongs to types 20 and 21 only."""
        if line[6:8] == "31":
            return self.second is None
        return self.second is not None and self.third is None and _TYPES[self.type_code].has_text


def open_items(line: str, line_number: int, problems: Problems) -> Items | None:
    """The first amount item of a payment, or None if it is wrong (noted)."""
    fields = AMOUNT_ITEM_1.read(line, line_number, problems)
    if fields is None:
        return None
    if not is_kid_field(fields[8]):
        problems.add("field-kid", line_number, "kid", actual=repr(fields[8]))
    elif line[4:6] not in _TYPES:
        problems.add("transaction-type", line_number, "transaction_type", actual=repr(line[4:6]))
    else:
        return Items(line_number, line[4:6], fields)
    return None


def add_item(items: Items, line: str, line_number: int, problems: Problems) -> bool:
    """Adds amount item 2 or 3; False if it is wrong or belongs to another payment (noted)."""
    is_second = line[6:8] == "31"
    fields = (AMOUNT_ITEM_2 if is_second else AMOUNT_ITEM_3).read(line, line_number, problems)
    if fields is None:
        return False
    if line[4:6] != items.type_code or fields[0] != items.first[0]:
        expected, actual = f"{items.type_code}/{items.first[0]}", f"{line[4:6]}/{fields[0]}"
        problems.add("transaction-mismatch", line_number, "transaction_number", expected=expected, actual=actual)
        return False
    if is_second:
        items.second = fields
    else:
        items.third = fields
    return True


def close_items(items: Items, problems: Problems) -> Payment | None:
    """The payment, or None if an item is missing or a date does not exist (noted)."""
    if items.second is None:
        problems.add("unexpected-record", items.line_number, record="record 30", expected="record 31")
        return None
    number, settled, centre, day_code, partial, serial, sign, amount, kid, issuer = items.first
    _, form, archive, ordered, debit = items.second
    settlement_date = read_day(settled, items.line_number, "settlement_date", problems)
    bank_date = None if ordered == NO_DATE else read_day(ordered, items.line_number + 1, "bank_date", problems)
    if settlement_date is None or (bank_date is None and ordered != NO_DATE):
        return None
    transaction_type = _TYPES[items.type_code]
    return Payment(
        transaction_type=transaction_type,
        transaction_number=int(number),
        settlement_date=settlement_date,
        centre=centre,
        day_code=day_code,
        partial_settlement=partial,
        serial=serial,
        amount_ore=-int(amount) if sign == "-" or transaction_type.is_reversal else int(amount),
        kid=kid.lstrip() or None,
        card_issuer=None if issuer in _NO_ISSUER else issuer,
        form_number=_reference(form),
        archive_reference=_reference(archive),
        bank_date=bank_date,
        debit_account=_reference(debit),
        text=items.third[1].rstrip() if items.third else None,
        line_number=items.line_number,
    )


def _reference(digits: str) -> str | None:
    return digits if digits.strip("0") else None
