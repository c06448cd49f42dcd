"""The books as text."""

from datetime import date

from services.ledger.domain.chain import Head, append
from services.ledger.domain.chart import CHART
from services.ledger.domain.entry import Entry, UnpostedEntry
from services.ledger.domain.payment_rules import entry_for_payment
from services.ledger.domain.posting_rules import entry_for_document
from services.ledger.domain.text import Names, entries_as_text
from shared.ids import new_id
from tests.support.examples_ledger import a_credit_of, a_sale, received, sold

ACCOUNTS = {account.number: account.name_nb for account in CHART}


def posted(*unposted: UnpostedEntry) -> list[Entry]:
    entries, head = [], Head()
    for content in unposted:
        entry, head = append(head, new_id(), content)
        entries.append(entry)
    return entries


def test_entries_are_sorted_by_date_kind_and_number_whatever_the_order_of_posting() -> None:
    late, early = a_sale(1000), a_sale(999, code="52")
    unposted = (
        entry_for_payment(received(late, 50001)),
        entry_for_document(sold(a_credit_of(late))),
        entry_for_document(sold(late)),
        entry_for_document(sold(early)),
    )
    names = Names(ACCOUNTS, {late.document_id: "Nordlys AS"})
    assert entries_as_text(posted(*unposted), names) == (
        "2026-11-23 Faktura 999\n"
        "  1500 Kundefordringer                            1000.00\n"
        "  3120 Salg, utførsel                            -1000.00  mva 52\n"
        "\n"
        "2026-11-23 Faktura 1000, Nordlys AS\n"
        "  1500 Kundefordringer                            1250.00\n"
        "  3000 Salg, høy sats                            -1000.00  mva 3\n"
        "  2700 Utgående mva, høy sats                     -250.00  mva 3\n"
        "\n"
        "2026-11-23 Kreditnota 2001 til faktura 1000, Nordlys AS\n"
        "  1500 Kundefordringer                            -500.00\n"
        "  3000 Salg, høy sats                              400.00  mva 3\n"
        "  2700 Utgående mva, høy sats                      100.00  mva 3\n"
        "\n"
        "2026-12-01 Innbetaling KID 10007, Nordlys AS\n"
        "  1920 Bankinnskudd                                500.01\n"
        "  1500 Kundefordringer                            -500.01\n"
    )
    assert entries_as_text(posted(*reversed(unposted)), names) == entries_as_text(posted(*unposted), names)


def test_entry_numbers_are_shown_on_request() -> None:
    entries = posted(entry_for_document(sold(a_sale(document_date=date(2026, 2, 1)))))
    assert entries_as_text(entries, Names({}, {}), entry_numbers=True).splitlines()[0] == "2026-02-01 #1 Faktura 1001"


def test_empty_books_give_an_empty_text() -> None:
    assert entries_as_text([], Names({}, {})) == ""
