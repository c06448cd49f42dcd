"""What each document and payment becomes in the books."""

from datetime import date
from decimal import Decimal

import pytest

from services.ledger.domain.chart import CHART, SALES, sales_accounts
from services.ledger.domain.entry import Draft
from services.ledger.domain.errors import AmountTooLarge, NoSalesAccount, TotalsDisagree
from services.ledger.domain.posting_rules import entry_for_document, entry_for_payment
from shared.contracts.values import DocumentSummary, MvaTotal
from shared.mva import MVA_CODES
from tests.support.examples_documents import a_line, a_reminder, an_invoice, an_order_confirmation
from tests.support.examples_ledger import a_credit_of, a_sale, paid


def lines(draft: Draft | None) -> list[tuple[int, int]]:
    assert draft is not None
    return [(posting.account, posting.amount_ore) for posting in draft.postings]


def posted(document: DocumentSummary) -> Draft:
    draft = entry_for_document(document)
    assert draft is not None
    return draft


def test_an_invoice_is_owed_by_the_customer_and_split_in_sale_and_tax() -> None:
    assert lines(entry_for_document(a_sale())) == [(1500, 125000), (3000, -100000), (2700, -25000)]


def test_each_mva_code_has_its_own_accounts() -> None:
    draft = posted(an_invoice(lines=tuple(a_line(number) for number in range(1, 13))).document)
    assert {posting.account for posting in draft.postings} == {1500, 2700, 2701, 2702, 3000, 3010, 3030, 3100}
    assert sum(posting.amount_ore for posting in draft.postings) == 0


@pytest.mark.parametrize(("code", "revenue"), [("5", 3100), ("51", 3110), ("52", 3120), ("6", 3200), ("7", 3900)])
def test_a_sale_without_tax_has_no_tax_line(code: str, revenue: int) -> None:
    assert lines(entry_for_document(a_sale(code=code))) == [(1500, 100000), (revenue, -100000)]


def test_every_code_of_a_sale_has_accounts_in_the_chart() -> None:
    numbers = {account.number for account in CHART}
    assert {accounts.mva_code for accounts in SALES} == set(MVA_CODES)
    assert {accounts.revenue for accounts in SALES} | {accounts.output_mva or 2700 for accounts in SALES} <= numbers
    assert len({accounts.revenue for accounts in SALES}) == len(SALES)


def test_a_code_is_not_posted_before_it_came_into_force() -> None:
    with pytest.raises(NoSalesAccount):
        sales_accounts("51", date(2016, 12, 31))


def test_one_code_at_two_rates_is_posted_apart() -> None:
    totals = (
        MvaTotal(code="33", rate=Decimal(12), net_ore=10000, mva_ore=1200),
        MvaTotal(code="33", rate=Decimal(6), net_ore=10000, mva_ore=600),
    )
    document = a_sale(mva_totals=totals, net_ore=20000, mva_ore=1800, total_ore=21800, payable_ore=21800)
    assert lines(entry_for_document(document)) == [
        (1500, 21800),
        (3030, -10000),
        (2702, -1200),
        (3030, -10000),
        (2702, -600),
    ]


def test_a_credit_note_is_the_reverse_and_moves_the_invoice_it_corrects() -> None:
    invoice = a_sale()
    draft = posted(a_credit_of(invoice))
    assert lines(draft) == [(1500, -50000), (3000, 40000), (2700, 10000)]
    assert (draft.claim_id, draft.claimed, draft.text) == (
        invoice.document_id,
        None,
        "Kreditnota 2001 til faktura 1001",
    )


def test_a_credit_note_that_names_no_invoice_is_the_customers_own_credit() -> None:
    credit = a_credit_of(a_sale(), refers_to=None)
    draft = posted(credit)
    assert draft.claim_id == credit.document_id
    assert draft.claimed is not None
    assert draft.claimed.original_ore == -50000


def test_a_payment_is_posted_whole_also_beyond_the_claim() -> None:
    assert lines(entry_for_payment(paid(a_sale(), 130000))) == [(1920, 130000), (1500, -130000)]


def test_orders_and_reminders_move_no_account() -> None:
    assert entry_for_document(an_order_confirmation().document) is None
    assert entry_for_document(a_reminder().document) is None


def test_the_voucher_date_is_the_documents() -> None:
    assert posted(a_sale(document_date=date(2026, 1, 31))).entry_date == date(2026, 1, 31)


@pytest.mark.parametrize("amount", ["net_ore", "mva_ore", "total_ore", "payable_ore"])
def test_totals_that_disagree_by_one_ore_are_refused(amount: str) -> None:
    right = a_sale()
    with pytest.raises(TotalsDisagree):
        entry_for_document(right.model_copy(update={amount: getattr(right, amount) + 1}))


def test_an_invoice_without_a_sum_per_code_is_refused() -> None:
    with pytest.raises(TotalsDisagree):
        entry_for_document(a_sale(mva_totals=(), net_ore=0, mva_ore=0, total_ore=0, payable_ore=0))


def test_tax_under_a_code_that_has_none_is_refused() -> None:
    totals = (MvaTotal(code="5", rate=Decimal(25), net_ore=100000, mva_ore=25000),)
    with pytest.raises(NoSalesAccount):
        entry_for_document(a_sale(mva_totals=totals))


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(NoSalesAccount):
        entry_for_document(a_sale(mva_totals=(MvaTotal(code="99", rate=Decimal(25), net_ore=100000, mva_ore=25000),)))


def test_an_amount_that_could_not_be_reversed_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        entry_for_payment(paid(a_sale(), -(2**63), remaining_ore=0))
