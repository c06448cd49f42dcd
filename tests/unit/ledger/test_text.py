"""The books as text."""

from datetime import date

from services.ledger.domain.chain import Head, append
from services.ledger.domain.chart import CHART
from services.ledger.domain.entry import Draft, Entry
from services.ledger.domain.posting_rules import entry_for_document, entry_for_payment
from services.ledger.domain.text import Names, written
from shared.ids import new_id
from tests.support.examples_ledger import a_credit_of, a_sale, paid

ACCOUNTS = {account.number: account.name_nb for account in CHART}


def booked(*drafts: Draft | None) -> list[Entry]:
    entries, head = [], Head()
    for draft in drafts:
        assert draft is not None
        entry, head = append(head, new_id(), draft)
        entries.append(entry)
    return entries


def test_entries_are_written_by_date_kind_and_number_whatever_the_order_of_posting() -> None:
    late, early = a_sale(1000), a_sale(999, code="52")
    drafts = (
        entry_for_payment(paid(late, 50001)),
        entry_for_document(a_credit_of(late)),
        entry_for_document(late),
        entry_for_document(early),
    )
    names = Names(ACCOUNTS, {late.document_id: "Nordlys AS"})
    assert written(booked(*drafts), names) == (
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
    assert written(booked(*reversed(drafts)), names) == written(booked(*drafts), names)


def test_entry_numbers_are_shown_when_asked_for() -> None:
    book = booked(entry_for_document(a_sale(document_date=date(2026, 2, 1))))
    assert written(book, Names({}, {}), entry_numbers=True).splitlines()[0] == "2026-02-01 #1 Faktura 1001"


def test_empty_books_are_an_empty_text() -> None:
    assert written([], Names({}, {})) == ""
