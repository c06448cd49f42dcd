"""The hash chain, and the changes that it detects."""

from dataclasses import replace
from decimal import Decimal

from services.ledger.domain.chain import GENESIS, Head, append, canonical_text, check_chain
from services.ledger.domain.entry import Entry, UnpostedEntry
from services.ledger.domain.posting_rules import entry_for_document
from shared.ids import new_id
from tests.support.examples_ledger import a_sale, sold


def unposted(number: int = 1001) -> UnpostedEntry:
    return entry_for_document(sold(a_sale(number)))


def three_entries() -> tuple[list[Entry], Head]:
    entries, head = [], Head()
    for number in (1001, 1002, 1003):
        entry, head = append(head, new_id(), unposted(number))
        entries.append(entry)
    return entries, head


def test_entries_are_numbered_from_one_and_each_follows_the_one_before() -> None:
    (first, second, third), head = three_entries()
    assert [first.number, second.number, third.number, head.next_number] == [1, 2, 3, 4]
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [GENESIS, first.hash, second.hash]
    assert head.last_hash == third.hash


def test_an_intact_chain_has_no_faults() -> None:
    entries, head = three_entries()
    assert check_chain(Head(), entries) == ([], head)


def test_a_changed_amount_is_detected() -> None:
    entries, _ = three_entries()
    posting, *others = entries[1].content.postings
    forged = replace(entries[1].content, postings=(replace(posting, amount_ore=posting.amount_ore + 1), *others))
    entries[1] = replace(entries[1], content=forged)
    assert check_chain(Head(), entries)[0] == [
        f"client {forged.client_id} entry 2: its content does not match its hash",
    ]


def test_a_missing_entry_is_detected() -> None:
    (first, _, third), _ = three_entries()
    client = first.content.client_id
    assert check_chain(Head(), [first, third])[0] == [
        f"client {client} entry 3: entry 2 was expected here",
        f"client {client} entry 3: does not follow the hash of the entry before it",
    ]


def test_trailing_zeros_in_a_rate_do_not_change_the_hash() -> None:
    content = unposted()
    postings = tuple(
        replace(posting, mva_rate=Decimal("25.00")) if posting.mva_rate else posting for posting in content.postings
    )
    assert canonical_text(1, replace(content, postings=postings)) == canonical_text(1, content)


def test_the_canonical_text_of_an_entry_never_changes() -> None:
    """Old chains must stay valid for ever: a change that breaks this test breaks every client's books."""
    content = replace(unposted(), source_id=new_id())
    ids = [str(value) for value in (content.client_id, content.source_id, content.document_id, content.customer_id)]
    client, source, document, customer = ids
    assert canonical_text(7, content) == (
        f'[7,"{client}","2026-11-23","document","{source}","invoice","{document}","{customer}","{document}",'
        '"Faktura 1001",[[1500,125000,null,null],[3000,-100000,"3","25"],[2700,-25000,"3","25"]]]'
    )
