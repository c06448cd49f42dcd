"""What the database refuses to everyone, the owner of the tables included, and what the invariants detect."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.ledger.invariants import INVARIANTS
from shared.db.tenancy import guarded_tables
from shared.ids import new_id
from tests.support.examples_customers import a_client
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_ledger import a_credit_of, a_sale, dispatched, paid
from tests.support.service import ServiceUnderTest, StartService

CHANGES = (
    "update entry set text = 'another'",
    "update posting set amount_ore = 0",
    "delete from entry",
    "delete from posting",
    "truncate posting",
    "truncate entry cascade",
)


@contextmanager
def connected(ledger: ServiceUnderTest, *, owner: bool) -> Iterator[sa.Connection]:
    settings = ledger.runtime.settings
    engine = sa.create_engine(settings.owner_database("ledger") if owner else settings.database("ledger"))
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("select set_config('app.client_id', '*', true)"))
            yield connection
    finally:
        engine.dispose()


async def with_books(start: StartService) -> ServiceUnderTest:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(dispatched(invoice), dispatched(a_credit_of(invoice)), paid(invoice, 10000))
    return ledger


@pytest.mark.parametrize("owner", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_posted_entries_cannot_be_changed(start: StartService, change: str, owner: bool) -> None:
    ledger = await with_books(start)
    with pytest.raises(DBAPIError) as refused, connected(ledger, owner=owner) as connection:
        connection.execute(sa.text(change))
    assert getattr(refused.value.orig, "sqlstate", None) == "42501"


@pytest.mark.parametrize(
    ("lines", "sums"),
    [
        ([(1, 1500, 100), (2, 3000, -99)], "2 lines that sum to 1"),
        ([(1, 1500, 0)], "1 lines that sum to 0"),
        ([], "0 lines that sum to 0"),
    ],
)
async def test_an_unbalanced_entry_is_refused_at_commit(
    start: StartService, lines: list[tuple[int, int, int]], sums: str
) -> None:
    ledger = await with_books(start)
    with pytest.raises(IntegrityError, match=sums):
        add_entry(ledger, lines)
    assert await ledger.broken() == {}


async def test_a_line_added_to_an_old_entry_is_refused_at_commit(start: StartService) -> None:
    ledger = await with_books(start)
    (first,) = await ledger.rows("select id from entry where entry_number = 1")
    with pytest.raises(IntegrityError, match="4 lines that sum to 7"), connected(ledger, owner=False) as connection:
        add_line(connection, first["id"], 4, (1920, 7))


async def test_no_client_can_add_lines_to_another_clients_entry(start: StartService) -> None:
    ledger, stranger = await with_books(start), new_id()
    await ledger.receives(a_client(client_id=stranger))
    (first,) = await ledger.rows("select id from entry where entry_number = 1")
    with pytest.raises(IntegrityError, match="another client's"):
        add_balanced_lines_as(stranger, ledger, first["id"])
    assert await ledger.broken() == {}


async def test_the_database_itself_posts_a_source_only_once(start: StartService) -> None:
    ledger = await with_books(start)
    statement = COPY_OF_ENTRY.replace("gen_random_uuid(), purpose", "source_id, purpose")
    with pytest.raises(IntegrityError, match="source_id"), connected(ledger, owner=False) as connection:
        connection.execute(sa.text(statement), {"number": 4})


async def test_every_table_with_a_client_is_under_forced_row_level_security(start: StartService) -> None:
    ledger = await start("ledger")
    rows = await ledger.rows("select relname from pg_class where relrowsecurity and relforcerowsecurity")
    assert sorted(row["relname"] for row in rows) == guarded_tables(ledger.runtime.service.tables)


async def test_the_chain_detects_a_forgery_by_the_owner_of_the_tables(start: StartService) -> None:
    ledger = await with_books(start)
    with connected(ledger, owner=True) as connection:
        connection.execute(sa.text("alter table posting disable trigger user"))
        connection.execute(sa.text("update posting set amount_ore = amount_ore * 2"))
    assert (await ledger.broken())["hash-chain"] == [
        f"client {CLIENT_ID} entry {number}: its content does not match its hash" for number in (1, 2, 3)
    ]


FORGERIES = {
    "entries-balance": "update posting set amount_ore = amount_ore + 1 where line_no = 1",
    "entry-numbers-gapless": "update entry set entry_number = 9 where entry_number = 3",
    "open-items-are-1500": "update open_item set remaining_ore = remaining_ore + 1",
    "open-item-is-its-postings": "update open_item set customer_id = gen_random_uuid()",
    "entries-emitted-once": "delete from outbox where id = (select min(id) from outbox)",
    "hash-chain": "update entry set text = 'Faktura 1002' where entry_number = 1",
}


@pytest.mark.parametrize("invariant", FORGERIES)
async def test_every_invariant_detects_its_forgery(start: StartService, invariant: str) -> None:
    ledger = await with_books(start)
    assert invariant in {entry.name for entry in INVARIANTS}
    with connected(ledger, owner=True) as connection:
        for table in ("entry", "posting"):
            connection.execute(sa.text(f"alter table {table} disable trigger user"))
        connection.execute(sa.text(FORGERIES[invariant]))
    assert invariant in await ledger.broken()


COPY_OF_ENTRY = """
    insert into entry (client_id, id, entry_number, entry_date, source, source_id, purpose, document_id, customer_id,
                       claim_id, text, previous_hash, hash, created_at)
    select client_id, gen_random_uuid(), :number, entry_date, source, gen_random_uuid(), purpose, document_id,
           customer_id, claim_id, text, previous_hash, hash, created_at
    from entry where entry_number = 1 returning id
"""


ADD_LINE = """
    insert into posting (client_id, entry_id, line_no, account, amount_ore)
    values (:client, :entry, :line_no, :account, :amount_ore)
"""


def add_balanced_lines_as(client_id: UUID, ledger: ServiceUnderTest, entry_id: Any) -> None:
    with connected(ledger, owner=False) as connection:
        connection.execute(sa.text("select set_config('app.client_id', :client, true)"), {"client": str(client_id)})
        add_line(connection, entry_id, 8, (1920, 7), client_id)
        add_line(connection, entry_id, 9, (1500, -7), client_id)


def add_entry(ledger: ServiceUnderTest, lines: list[tuple[int, int, int]]) -> None:
    with connected(ledger, owner=False) as connection:
        entry_id = connection.scalar(sa.text(COPY_OF_ENTRY), {"number": 4})
        for line_no, account, amount_ore in lines:
            add_line(connection, entry_id, line_no, (account, amount_ore))


def add_line(
    connection: sa.Connection, entry_id: Any, line_no: int, line: tuple[int, int], client_id: UUID = CLIENT_ID
) -> None:
    account, amount_ore = line
    connection.execute(
        sa.text(ADD_LINE),
        {"client": client_id, "entry": entry_id, "line_no": line_no, "account": account, "amount_ore": amount_ore},
    )
