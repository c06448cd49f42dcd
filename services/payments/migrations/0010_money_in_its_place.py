"""Payments in parts: matches with ids of their own that can be undone, refunds, reversals, and claims that reopen.

A transmission number is unique per day of creation only.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.tenancy import guard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AMOUNTS = ("matched_ore", "refunded_ore", "reversed_ore")
FILE_KEY = ["client_id", "channel", "transmission"]
# A payment that is unmatched now has said so once, before the ledger subscribed, and perhaps so long ago that the event
# is gone: it is emitted again. The ledger posts a payment once, however often it receives the event.
# An event's id is a UUID of version 7: retention and `verify` read its time out of it.
UUID_7 = """encode(set_bit(set_bit(overlay(
    uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6
), 52, 1), 53, 1), 'hex')::uuid"""
EMIT_UNMATCHED = f"""
    insert into outbox (event_id, type, client_id, key, body)
    select event_id, type, client_id, id, json_build_object(
        'specversion', '1.0', 'id', event_id, 'type', type, 'source', '/faktura/payments',
        'time', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'subject', id,
        'datacontenttype', 'application/json', 'clientid', client_id, 'correlationid', 'migration payments 0010',
        'causationid', null, 'data', json_build_object(
            'client_id', client_id, 'payment_id', id, 'account', account, 'kid', kid, 'paid_on', paid_on,
            'amount_ore', amount_ore, 'reason', reason))::text
    from (select *, {UUID_7} as event_id, 'payments.payment-unmatched.v1' as type
          from payment where state = 'unmatched' order by id) waiting
"""  # noqa: S608  # constants of our own


def upgrade() -> None:
    op.execute("select set_config('app.client_id', '*', true)")
    _payments()
    _matches()
    _refunds()
    op.add_column("claim", sa.Column("settlements", sa.Integer(), server_default="0", nullable=False))
    op.execute("update claim set settlements = 1 where settled_on is not null")
    op.drop_constraint(op.f("uq_bank_file_client_id_channel_transmission"), "bank_file", type_="unique")
    op.create_unique_constraint(
        op.f("uq_bank_file_client_id_channel_transmission_created_on"), "bank_file", [*FILE_KEY, "created_on"]
    )
    op.execute(EMIT_UNMATCHED)


def _payments() -> None:
    for column in AMOUNTS:
        op.add_column("payment", sa.Column(column, sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("payment", sa.Column("reverses", sa.Uuid(), nullable=True))
    op.execute("update payment set matched_ore = amount_ore where state = 'matched'")
    for name, condition in (
        ("state", "state in ('unmatched', 'matched', 'refunded', 'reversed')"),
        (
            "reason",
            "reason in ('unknown_kid', 'invalid_kid', 'already_settled', 'negative_amount', 'by_hand')",
        ),
    ):
        op.drop_constraint(op.f(f"ck_payment_{name}"), "payment", type_="check")
        op.create_check_constraint(op.f(f"ck_payment_{name}"), "payment", condition)
    op.create_index("ix_payment_client_id_account_kid", "payment", ["client_id", "account", "kid"], unique=False)
    op.create_index(
        "ix_payment_taken_back",
        "payment",
        ["client_id", "account", "kid"],
        unique=False,
        postgresql_where=sa.text("state = 'unmatched' and reason = 'negative_amount'"),
    )


def _matches() -> None:
    """A match of before has its payment's id, as the ledger knows it."""
    op.add_column("match", sa.Column("id", sa.Uuid(), nullable=True))
    op.add_column("match", sa.Column("matched_on", sa.Date(), nullable=True))
    op.add_column("match", sa.Column("from_clearing", sa.Boolean(), server_default="false", nullable=False))
    op.execute(
        """
        update match m set id = m.payment_id, matched_on = p.paid_on
        from payment p where p.client_id = m.client_id and p.id = m.payment_id
        """
    )
    op.alter_column("match", "id", existing_type=sa.Uuid(), nullable=False)
    op.alter_column("match", "matched_on", existing_type=sa.Date(), nullable=False)
    op.alter_column("match", "from_clearing", existing_type=sa.Boolean(), server_default=None)
    op.drop_constraint(op.f("pk_match"), "match", type_="primary")
    op.create_primary_key(op.f("pk_match"), "match", ["client_id", "id"])
    op.create_index("ix_match_client_id_payment_id", "match", ["client_id", "payment_id"], unique=False)
    op.create_table(
        "undone_match",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("reason in ('by_hand', 'reversed')", name=op.f("ck_undone_match_reason")),
        sa.PrimaryKeyConstraint("client_id", "match_id", name=op.f("pk_undone_match")),
        comment="append-only: what was undone stays undone",
    )


def _refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("refunded_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_refund_amount_is_positive")),
        sa.PrimaryKeyConstraint("client_id", "id", name=op.f("pk_refund")),
        comment="append-only: what was sent back",
    )
    op.create_index("ix_refund_client_id_payment_id", "refund", ["client_id", "payment_id"], unique=False)
    for table in ("refund", "undone_match"):
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("payments in parts cannot be made whole again")
