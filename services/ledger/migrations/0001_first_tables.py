"""First tables: accounts, entries with postings, open items, the head of each client's books; and the common tables."""

import sqlalchemy as sa
from alembic import op

from shared.db.migration_steps.first_tables import create_first_common_tables
from shared.db.tenancy import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


GUARDED = ("account", "entry", "idempotency", "ledger_head", "open_item", "posting")

# Deferred, because the lines are inserted after their entry. On both tables, so that no line can be added to an old
# entry either. Where row-level security hides another client's lines from it, it refuses: it can only fail closed.
BALANCE = """
create function refuse_unbalanced_entry() returns trigger language plpgsql as $$
declare
    entry_of uuid;
    owner uuid;
    total numeric;
    lines bigint;
    foreign_lines bigint;
begin
    if tg_table_name = 'entry' then
        entry_of := new.id;
        owner := new.client_id;
    else
        entry_of := new.entry_id;
        select client_id into owner from entry where id = entry_of;
    end if;
    select sum(amount_ore), count(*), count(*) filter (where client_id is distinct from owner)
    into total, lines, foreign_lines from posting where entry_id = entry_of;
    if lines < 2 or total <> 0 or foreign_lines > 0 then
        raise exception 'entry % has % lines that sum to %, % of them another client''s',
            entry_of, lines, coalesce(total, 0), foreign_lines
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$
"""

# For each statement, not each row: it refuses even when row-level security leaves no row to change, and the owner too.
UNCHANGEABLE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the books are append-only: % on % is refused; correct with a new entry', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end $$
"""


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_nb", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("mva_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "number", name=op.f("pk_account")),
    )
    create_first_common_tables()
    op.create_table(
        "entry",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_number", sa.BigInteger(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose in ('invoice', 'credit_note', 'receipt')", name=op.f("ck_entry_purpose")),
        sa.CheckConstraint("source in ('document', 'payment')", name=op.f("ck_entry_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("client_id", "entry_number", name=op.f("uq_entry_client_id_entry_number")),
        sa.UniqueConstraint(
            "client_id", "source", "source_id", "purpose", name=op.f("uq_entry_client_id_source_source_id_purpose")
        ),
    )
    op.create_index("ix_entry_customer", "entry", ["client_id", "customer_id", "entry_number"], unique=False)
    op.create_index("ix_entry_date", "entry", ["client_id", "entry_date"], unique=False)
    op.create_index("ix_entry_document", "entry", ["client_id", "document_id"], unique=False)
    op.create_table(
        "ledger_head",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "open_item",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("kid", sa.String(), nullable=True),
        sa.Column("customer_number", sa.BigInteger(), nullable=True),
        sa.Column("customer_name", sa.String(), nullable=True),
        sa.Column("original_ore", sa.BigInteger(), nullable=True),
        sa.Column("remaining_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('invoice', 'credit_note')", name=op.f("ck_open_item_kind")),
        sa.PrimaryKeyConstraint("client_id", "document_id", name=op.f("pk_open_item")),
    )
    op.create_index("ix_open_item_customer", "open_item", ["client_id", "customer_id", "due_date"], unique=False)
    op.create_table(
        "posting",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("mva_code", sa.String(), nullable=True),
        sa.Column("mva_rate", sa.Numeric(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id", "account"],
            ["account.client_id", "account.number"],
            name=op.f("fk_posting_client_id_account_account"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_posting_entry_id_entry")),
        sa.PrimaryKeyConstraint("entry_id", "line_no", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_account", "posting", ["client_id", "account"], unique=False)
    for table in GUARDED:
        for statement in guard(table):
            op.execute(statement)
    op.execute(BALANCE)
    op.execute(UNCHANGEABLE)
    for table in ("entry", "posting"):
        _protect(table)


def _protect(table: str) -> None:
    op.execute(
        f"create constraint trigger {table}_balances after insert on {table} deferrable initially deferred "
        "for each row execute function refuse_unbalanced_entry()"
    )
    op.execute(
        f"create trigger {table}_unchangeable before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()"
    )
    op.execute(f"comment on table {table} is 'append-only: the books are corrected by new entries, never changed'")


def downgrade() -> None:
    raise RuntimeError("the books are never deleted")
