"""The hash chain, and what it finds."""

from dataclasses import replace
from decimal import Decimal

from services.ledger.domain.chain import GENESIS, Head, append, canonical_text, check_chain
from services.ledger.domain.entry import Draft, Entry
from services.ledger.domain.posting_rules import entry_for_document
from shared.ids import new_id
from tests.support.examples_ledger import a_sale


def a_draft(number: int = 1001) -> Draft:
    draft = entry_for_document(a_sale(number))
    assert draft is not None
    return draft


def three_entries() -> tuple[list[Entry], Head]:
    entries, head = [], Head()
    for number in (1001, 1002, 1003):
        entry, head = append(head, new_id(), a_draft(number))
        entries.append(entry)
    return entries, head


def test_entries_are_numbered_from_one_and_each_follows_the_one_before() -> None:
    (first, second, third), head = three_entries()
    assert [first.number, second.number, third.number, head.next_number] == [1, 2, 3, 4]
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [GENESIS, first.hash, second.hash]
    assert head.last_hash == third.hash


def test_a_whole_chain_has_no_faults() -> None:
    entries, head = three_entries()
    assert check_chain(Head(), entries) == ([], head)


def test_a_changed_amount_is_found() -> None:
    entries, _ = three_entries()
    line, *others = entries[1].draft.postings
    forged = replace(entries[1].draft, postings=(replace(line, amount_ore=line.amount_ore + 1), *others))
    entries[1] = replace(entries[1], draft=forged)
    assert check_chain(Head(), entries)[0] == [
        f"client {forged.client_id} entry 2: its content does not give its hash",
    ]


def test_a_missing_entry_is_found() -> None:
    (first, _, third), _ = three_entries()
    client = first.draft.client_id
    assert check_chain(Head(), [first, third])[0] == [
        f"client {client} entry 3: entry 2 should stand here",
        f"client {client} entry 3: does not follow the hash of the entry before it",
    ]


def test_the_same_rate_written_otherwise_gives_the_same_hash() -> None:
    draft = a_draft()
    lines = tuple(replace(line, mva_rate=Decimal("25.00")) if line.mva_rate else line for line in draft.postings)
    assert canonical_text(1, replace(draft, postings=lines)) == canonical_text(1, draft)


def test_the_canonical_text_of_an_entry_never_changes() -> None:
    """Old chains must verify for ever: whoever breaks this test breaks every client's books."""
    draft = replace(a_draft(), source_id=new_id())
    ids = [str(value) for value in (draft.client_id, draft.source_id, draft.document_id, draft.customer_id)]
    client, source, document, customer = ids
    assert canonical_text(7, draft) == (
        f'[7,"{client}","2026-11-23","document","{source}","invoice","{document}","{customer}","{document}",'
        '"Faktura 1001",[[1500,125000,null,null],[3000,-100000,"3","25"],[2700,-25000,"3","25"]]]'
    )
