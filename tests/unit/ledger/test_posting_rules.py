"""The entries that documents and payments become."""

from datetime import date
from decimal import Decimal

import pytest

from services.ledger.domain.chart import CHART, SALES, sales_accounts
from services.ledger.domain.entry import UnpostedEntry
from services.ledger.domain.errors import AmountTooLarge, NoSalesAccount, TotalsDisagree
from services.ledger.domain.payment_rules import entry_for_payment
from services.ledger.domain.posting_rules import entry_for_document
from services.ledger.events import sold_document
from shared.contracts.values import DocumentSummary, MvaTotal
from shared.mva import MVA_CODES
from tests.support.examples_documents import a_line, a_reminder, an_invoice, an_order_confirmation
from tests.support.examples_ledger import a_credit_of, a_sale, received, sold


def lines(entry: UnpostedEntry) -> list[tuple[int, int]]:
    return [(posting.account, posting.amount_ore) for posting in entry.postings]


def entry_of(document: DocumentSummary) -> UnpostedEntry:
    return entry_for_document(sold(document))


def test_an_invoice_is_owed_by_the_customer_and_split_into_sale_and_tax() -> None:
    assert lines(entry_of(a_sale())) == [(1500, 125000), (3000, -100000), (2700, -25000)]


def test_each_mva_code_has_its_own_accounts() -> None:
    entry = entry_of(an_invoice(lines=tuple(a_line(number) for number in range(1, 13))).document)
    assert {posting.account for posting in entry.postings} == {1500, 2700, 2701, 2702, 3000, 3010, 3030, 3100}
    assert sum(posting.amount_ore for posting in entry.postings) == 0


@pytest.mark.parametrize(("code", "revenue"), [("5", 3100), ("51", 3110), ("52", 3120), ("6", 3200), ("7", 3900)])
def test_a_sale_without_tax_has_no_tax_line(code: str, revenue: int) -> None:
    assert lines(entry_of(a_sale(code=code))) == [(1500, 100000), (revenue, -100000)]


def test_every_mva_code_has_accounts_in_the_chart() -> None:
    numbers = {account.number for account in CHART}
    assert {accounts.mva_code for accounts in SALES} == set(MVA_CODES)
    assert {accounts.revenue for accounts in SALES} | {accounts.output_mva or 2700 for accounts in SALES} <= numbers
    assert len({accounts.revenue for accounts in SALES}) == len(SALES)


def test_a_code_is_not_posted_before_it_is_in_force() -> None:
    with pytest.raises(NoSalesAccount):
        sales_accounts("51", date(2016, 12, 31))


def test_two_rates_of_one_code_are_posted_separately() -> None:
    totals = (
        MvaTotal(code="33", rate=Decimal(12), net_ore=10000, mva_ore=1200),
        MvaTotal(code="33", rate=Decimal(6), net_ore=10000, mva_ore=600),
    )
    document = a_sale(mva_totals=totals, net_ore=20000, mva_ore=1800, total_ore=21800, payable_ore=21800)
    assert lines(entry_of(document)) == [
        (1500, 21800),
        (3030, -10000),
        (2702, -1200),
        (3030, -10000),
        (2702, -600),
    ]


def test_a_credit_note_is_the_reverse_and_reduces_the_invoice_it_corrects() -> None:
    invoice = a_sale()
    entry = entry_of(a_credit_of(invoice))
    assert lines(entry) == [(1500, -50000), (3000, 40000), (2700, 10000)]
    assert (entry.claim_id, entry.claim, entry.text) == (
        invoice.document_id,
        None,
        "Kreditnota 2001 til faktura 1001",
    )


def test_a_credit_note_without_an_invoice_is_a_credit_of_its_own() -> None:
    credit = a_credit_of(a_sale(), refers_to=None)
    entry = entry_of(credit)
    assert entry.claim_id == credit.document_id
    assert entry.claim is not None
    assert entry.claim.original_ore == -50000


def test_a_payment_is_posted_in_full_also_beyond_the_claim() -> None:
    assert lines(entry_for_payment(received(a_sale(), 130000))) == [(1920, 130000), (1500, -130000)]


def test_order_confirmations_and_reminders_are_not_sales() -> None:
    assert sold_document(an_order_confirmation().document) is None
    assert sold_document(a_reminder().document) is None


def test_the_voucher_date_is_the_date_of_the_document() -> None:
    assert entry_of(a_sale(document_date=date(2026, 1, 31))).entry_date == date(2026, 1, 31)


@pytest.mark.parametrize("amount", ["net_ore", "mva_ore", "total_ore", "payable_ore"])
def test_totals_that_disagree_by_one_ore_are_refused(amount: str) -> None:
    document = a_sale()
    with pytest.raises(TotalsDisagree):
        entry_of(document.model_copy(update={amount: getattr(document, amount) + 1}))


def test_an_invoice_without_totals_per_code_is_refused() -> None:
    with pytest.raises(TotalsDisagree):
        entry_of(a_sale(mva_totals=(), net_ore=0, mva_ore=0, total_ore=0, payable_ore=0))


def test_tax_under_a_code_without_tax_is_refused() -> None:
    totals = (MvaTotal(code="5", rate=Decimal(25), net_ore=100000, mva_ore=25000),)
    with pytest.raises(NoSalesAccount):
        entry_of(a_sale(mva_totals=totals))


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(NoSalesAccount):
        entry_of(a_sale(mva_totals=(MvaTotal(code="99", rate=Decimal(25), net_ore=100000, mva_ore=25000),)))


def test_an_amount_that_could_not_be_reversed_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        entry_for_payment(received(a_sale(), -(2**63), remaining_ore=0))


def test_a_code_that_comes_to_nothing_has_no_line() -> None:
    totals = (
        MvaTotal(code="3", rate=Decimal(25), net_ore=0, mva_ore=0),
        MvaTotal(code="5", rate=Decimal(0), net_ore=10000, mva_ore=0),
    )
    document = a_sale(mva_totals=totals, net_ore=10000, mva_ore=0, total_ore=10000, payable_ore=10000)
    assert lines(entry_of(document)) == [(1500, 10000), (3100, -10000)]


def test_an_invoice_whose_codes_outweigh_each_other_still_names_its_claim() -> None:
    totals = (
        MvaTotal(code="3", rate=Decimal(25), net_ore=10000, mva_ore=2500),
        MvaTotal(code="5", rate=Decimal(0), net_ore=-12500, mva_ore=0),
    )
    document = a_sale(mva_totals=totals, net_ore=-2500, mva_ore=2500, total_ore=0, payable_ore=0)
    assert lines(entry_of(document)) == [(1500, 0), (3000, -10000), (2700, -2500), (3100, 12500)]


def test_an_invoice_of_nothing_keeps_an_entry_of_two_lines() -> None:
    totals = (
        MvaTotal(code="3", rate=Decimal(25), net_ore=0, mva_ore=0),
        MvaTotal(code="5", rate=Decimal(0), net_ore=0, mva_ore=0),
    )
    document = a_sale(mva_totals=totals, net_ore=0, mva_ore=0, total_ore=0, payable_ore=0)
    assert lines(entry_of(document)) == [(1500, 0), (3000, 0)]
