"""OCR giro files for tests: a small valid one, and a strategy for all valid ones."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from services.payments.domain.ocr_giro import Assignment, OcrFile, Payment, SkippedAssignment, TransactionType

DAY = date(2026, 11, 20)
CREATED = date(2026, 11, 23)
ACCOUNT = "86011117947"

AVTALEGIRO_CLAIM = SkippedAssignment(
    service="21",
    assignment_type="00",
    records=(
        "NY210020000000000400008688888888888000000000000000000000000000000000000000000000",
        "NY2121300000001170604           00000000000000100          008000011688373000000",
        "NY2121310000001NAVN                                                        00000",
        "NY210088000000010000000400000000000000100170604170604000000000000000000000000000",
    ),
    transaction_count=1,
    total_ore=100,
)


def payment(number: int = 1, amount_ore: int = 12500, **changes: object) -> Payment:
    default = Payment(
        transaction_type=TransactionType.GIRO_DEBITED_ACCOUNT,
        transaction_number=number,
        settlement_date=DAY,
        centre="01",
        day_code="20",
        partial_settlement="1",
        serial="00001",
        amount_ore=amount_ore,
        kid="0000100000010018",
        archive_reference=f"{number:09}",
        bank_date=DAY,
        debit_account="99990512341",
    )
    return replace(default, **changes)  # type: ignore[arg-type]  # the names are checked when the value is made


def assignment(*payments: Payment, number: str = "0000001", account: str = ACCOUNT) -> Assignment:
    return Assignment("001008566", number, account, CREATED, payments)


def ocr_file(*assignments: Assignment, skipped: tuple[SkippedAssignment, ...] = ()) -> OcrFile:
    return OcrFile("00008080", "0170031", "00010200", CREATED, assignments, skipped)


def _digits(width: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=width, max_size=width)


def _reference(width: int) -> st.SearchStrategy[str | None]:
    return st.none() | _digits(width).filter(lambda digits: digits.strip("0") != "")


_days = st.dates(date(1980, 1, 1), date(2079, 12, 31))
_kids = st.none() | st.from_regex(r"[0-9]{1,24}[0-9-]", fullmatch=True)
_texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40).map(
    str.rstrip
)


@st.composite
def _payments(draw: st.DrawFn, number: int) -> Payment:
    transaction_type = draw(st.sampled_from(TransactionType))
    amount = draw(st.integers(0, 10**13))
    negative = transaction_type.is_reversal or draw(st.booleans())
    return Payment(
        transaction_type=transaction_type,
        transaction_number=number,
        settlement_date=draw(_days),
        centre=draw(_digits(2)),
        day_code=draw(_digits(2)),
        partial_settlement=draw(_digits(1)),
        serial=draw(_digits(5)),
        amount_ore=-amount if negative else amount,
        kid=draw(_kids),
        card_issuer=draw(st.none() | _digits(2).filter(lambda issuer: issuer != "00")),
        form_number=draw(_reference(10)),
        archive_reference=draw(_reference(9)),
        bank_date=draw(st.none() | _days),
        debit_account=draw(_reference(11)),
        text=draw(st.none() | _texts) if transaction_type.has_text else None,
    )


@st.composite
def _assignments(draw: st.DrawFn, account: str) -> Assignment:
    # A control sum has seventeen digits and no sign, so the payments must not sum to less than zero.
    payments = [draw(_payments(number)) for number in range(1, draw(st.integers(0, 4)) + 1)]
    balance = -sum(drawn.control_ore for drawn in payments)
    if balance > 0:
        payments.append(payment(len(payments) + 1, balance))
    return Assignment(draw(_digits(9)), draw(_digits(7)), account, draw(_days), tuple(payments))


@st.composite
def ocr_files(draw: st.DrawFn) -> OcrFile:
    """Valid files. Each assignment has an account of its own, so that no payment needs a tie-breaker."""
    accounts = draw(st.lists(_digits(11), max_size=3, unique=True))
    own = tuple(draw(_assignments(account)) for account in accounts)
    skipped = draw(st.sampled_from([(), (AVTALEGIRO_CLAIM,)]))
    return OcrFile(draw(_digits(8)), draw(_digits(7)), draw(_digits(8)), draw(_days), own, skipped)
