"""What a bureau had before payments could be matched in parts is there afterwards, and reaches the ledger."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.system import load
from shared.contracts.envelope import Envelope
from shared.contracts.payments import PaymentUnmatched
from shared.contracts.registry import open_envelope
from shared.db.migrate import migrate
from shared.ids import time_of
from tests.support.postgres import TestPostgres

CLIENT, PAID, WAITING, DOCUMENT = (UUID(int=number) for number in range(1, 5))
BEFORE = """
    insert into claim (client_id, document_id, number, customer_id, customer_name, account, kid, document_date,
                       payable_ore, paid_ore, settled_on)
    values (:client, :document, 1, :client, 'Kari', '86011117947', '18', '2026-11-01', 100, 100, '2026-11-20');
    insert into payment (client_id, id, bank_file_id, line_number, account, identity, transaction_code, kid, amount_ore,
                         control_ore, paid_on, state, reason)
    values (:client, :paid, :client, 3, '86011117947', 'a', '10', '18', 100, 100, '2026-11-20', 'matched', null),
           (:client, :waiting, :client, 5, '86011117947', 'b', '10', null, 70, 70, '2026-11-20', 'unmatched',
            'unknown_kid');
    insert into match (client_id, payment_id, document_id, amount_ore, kind, remaining_ore)
    values (:client, :paid, :document, 100, 'exact', 0)
"""


@pytest.fixture
def before(postgres: TestPostgres, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the version before, with a payment that is matched and one that is not."""
    payments, earlier = load("payments"), tmp_path / "migrations"
    shutil.copytree(payments.migrations, earlier, ignore=shutil.ignore_patterns("001[01]*", "__pycache__"))
    fresh = postgres.fresh("payments")
    _run(fresh.owner_url, "drop schema public cascade; create schema public")
    migrate(fresh.owner_url, "payments", payments.tables, earlier)
    _run(fresh.owner_url, f"select set_config('app.client_id', '*', true); {BEFORE}")
    yield fresh.owner_url
    fresh.drop()


def test_matches_keep_the_key_that_the_ledger_knows_and_what_is_unmatched_is_emitted_again(before: str) -> None:
    payments = load("payments")
    migrate(before, "payments", payments.tables, payments.migrations)

    rows = _rows(before, "select id, payment_id, matched_on::text, from_clearing from match")
    assert rows == [(PAID, PAID, "2026-11-20", False)]
    assert _rows(before, "select id, matched_ore from payment order by id") == [(PAID, 100), (WAITING, 0)]
    assert _rows(before, "select settlements from claim") == [(1,)]
    [(body,)] = _rows(before, "select body from outbox")
    assert isinstance(body, str)
    envelope = Envelope.model_validate(json.loads(body))
    assert (envelope.id.version, abs(datetime.now(UTC) - time_of(envelope.id)) < timedelta(hours=1)) == (7, True)
    event = open_envelope(envelope)
    assert isinstance(event, PaymentUnmatched)
    assert (event.payment_id, event.amount_ore, event.reason) == (WAITING, 70, "unknown_kid")


def _run(url: str, statements: str) -> None:
    engine = sa.create_engine(url)
    values = {"client": CLIENT, "paid": PAID, "waiting": WAITING, "document": DOCUMENT}
    with engine.begin() as connection:
        for statement in statements.split(";"):
            connection.execute(sa.text(statement), {name: values[name] for name in values if f":{name}" in statement})
    engine.dispose()


def _rows(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.client_id', '*', true)"))
        rows = [tuple(row) for row in connection.execute(sa.text(statement))]
    engine.dispose()
    return rows
