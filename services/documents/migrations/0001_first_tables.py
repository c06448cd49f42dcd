"""First tables: orders and documents, frozen once they are confirmed, with their links and numbers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migration_steps.first_tables import create_first_common_tables, drop_first_common_tables
from shared.db.tenancy import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GUARDED = (
    "client_copy",
    "customer_copy",
    "document",
    "document_event",
    "document_link",
    "idempotency",
    "sales_order",
    "series",
)

# What becomes of a confirmed document may be noted; its content may not be touched, by anyone.
FROZEN = (
    "client_id",
    "document_id",
    "kind",
    "status",
    "external_id",
    "customer_id",
    "customer_name",
    "draft",
    "series",
    "number",
    "document_date",
    "due_date",
    "account",
    "kid",
    "net_ore",
    "mva_ore",
    "total_ore",
    "payable_ore",
    "snapshot",
    "snapshot_sha256",
    "created_at",
    "confirmed_at",
)
RULES = (
    f"""
    create function keep_confirmed_document() returns trigger language plpgsql as $$
    begin
        if tg_op = 'DELETE' then
            raise exception 'document % is confirmed and is never deleted', old.document_id
                using errcode = 'restrict_violation';
        end if;
        if ({", ".join(f"old.{name}" for name in FROZEN)})
            is distinct from ({", ".join(f"new.{name}" for name in FROZEN)}) then
            raise exception 'document % is confirmed and is never changed', old.document_id
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger keep_confirmed_document before update or delete on document
    for each row when (old.status = 'confirmed') execute function keep_confirmed_document()
    """,
    """
    create function keep_confirmed_order() returns trigger language plpgsql as $$
    begin
        raise exception 'order % is confirmed and is never changed', old.order_id using errcode = 'restrict_violation';
    end $$
    """,
    """
    create trigger keep_confirmed_order before update or delete on sales_order
    for each row when (old.status = 'confirmed') execute function keep_confirmed_order()
    """,
    # The lock makes a concurrent link wait; the sum is taken by a later statement, which sees what it committed.
    """
    create function keep_links_within_target() returns trigger language plpgsql as $$
    declare
        target_ore bigint;
        linked_ore numeric;
    begin
        if new.relation in ('credits', 'reminds') then
            select total_ore into target_ore from document
            where client_id = new.client_id and document_id = new.to_id and kind = 'invoice' and status = 'confirmed'
            for update;
        else
            select net_ore into target_ore from sales_order
            where client_id = new.client_id and order_id = new.to_id and status = 'confirmed'
            for update;
        end if;
        if not found then
            raise exception '% % %: no such target is confirmed', new.from_id, new.relation, new.to_id
                using errcode = 'foreign_key_violation', constraint = 'document_link_target';
        end if;
        select sum(amount_ore) into linked_ore from document_link
        where client_id = new.client_id and to_id = new.to_id and relation = new.relation;
        if new.relation in ('credits', 'invoices') and linked_ore > target_ore then
            raise exception '% of % add up to % and exceed its %', new.relation, new.to_id, linked_ore, target_ore
                using errcode = 'check_violation', constraint = 'document_link_within_target';
        end if;
        return null;
    end $$
    """,
    """
    create constraint trigger keep_links_within_target after insert on document_link
    for each row execute function keep_links_within_target()
    """,
    """
    create function count_upwards() returns trigger language plpgsql as $$
    begin
        if tg_op = 'DELETE' or new.next_number < old.next_number or new.first_number <> old.first_number
            or new.last_date < old.last_date then
            raise exception 'series % only counts upwards', old.series using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger count_upwards before update or delete on series
    for each row execute function count_upwards()
    """,
    "comment on table document_event is 'append-only: what has happened has happened'",
    "comment on table document_link is 'append-only: a document stays made from what it was made from'",
)


def upgrade() -> None:
    create_first_common_tables()
    op.create_table(
        "client_copy",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_copy")),
    )
    op.create_table(
        "customer_copy",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "customer_id", name=op.f("pk_customer_copy")),
    )
    op.create_table(
        "document",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_name", sa.String(), nullable=False),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("series", sa.String(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("kid", sa.String(), nullable=True),
        sa.Column("net_ore", sa.BigInteger(), nullable=False),
        sa.Column("mva_ore", sa.BigInteger(), nullable=False),
        sa.Column("total_ore", sa.BigInteger(), nullable=False),
        sa.Column("payable_ore", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("snapshot_sha256", sa.String(), nullable=True),
        sa.Column("delivery_state", sa.String(), nullable=True),
        sa.Column("delivery_reason", sa.String(), nullable=True),
        sa.Column("paid_ore", sa.BigInteger(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'confirmed') = (number is not null and document_date is not null and snapshot is not null "
            "and snapshot_sha256 is not null and confirmed_at is not null and series is not null)",
            name=op.f("ck_document_confirmed_is_numbered_and_frozen"),
        ),
        sa.CheckConstraint(
            "delivery_state in ('pending', 'held', 'delayed', 'undeliverable', 'dispatched')",
            name=op.f("ck_document_delivery_state"),
        ),
        sa.CheckConstraint(
            "kind in ('order_confirmation', 'invoice', 'credit_note', 'reminder')", name=op.f("ck_document_kind")
        ),
        sa.CheckConstraint(
            "status = 'confirmed' or (kind = 'invoice' and draft is not null)",
            name=op.f("ck_document_draft_is_an_invoice"),
        ),
        sa.CheckConstraint("status in ('draft', 'confirmed')", name=op.f("ck_document_status")),
        sa.PrimaryKeyConstraint("client_id", "document_id", name=op.f("pk_document")),
        sa.UniqueConstraint("client_id", "external_id", name=op.f("uq_document_client_id_external_id")),
        sa.UniqueConstraint("client_id", "series", "number", name=op.f("uq_document_client_id_series_number")),
    )
    op.create_index("ix_document_customer", "document", ["client_id", "customer_id", "document_id"], unique=False)
    op.create_index("ix_document_kind", "document", ["client_id", "kind", "document_id"], unique=False)
    op.create_index(
        "uq_document_kid",
        "document",
        ["client_id", "account", "kid"],
        unique=True,
        postgresql_where=sa.text("kind = 'invoice' and kid is not null"),
    )
    op.create_table(
        "sales_order",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_name", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("net_ore", sa.BigInteger(), nullable=False),
        sa.Column("mva_ore", sa.BigInteger(), nullable=False),
        sa.Column("total_ore", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'confirmed') = (confirmed_at is not null)", name=op.f("ck_sales_order_confirmed_has_its_time")
        ),
        sa.CheckConstraint("status in ('draft', 'confirmed')", name=op.f("ck_sales_order_status")),
        sa.PrimaryKeyConstraint("client_id", "order_id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("client_id", "external_id", name=op.f("uq_sales_order_client_id_external_id")),
    )
    op.create_index("ix_sales_order_customer", "sales_order", ["client_id", "customer_id", "order_id"], unique=False)
    op.create_table(
        "document_link",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "relation in ('credits', 'reminds', 'invoices', 'confirms')", name=op.f("ck_document_link_relation")
        ),
        sa.ForeignKeyConstraint(
            ["client_id", "from_id"],
            ["document.client_id", "document.document_id"],
            name=op.f("fk_document_link_client_id_from_id_document"),
        ),
        sa.PrimaryKeyConstraint("client_id", "from_id", "to_id", "relation", name=op.f("pk_document_link")),
        sa.UniqueConstraint(
            "client_id", "to_id", "relation", "ordinal", name=op.f("uq_document_link_client_id_to_id_relation_ordinal")
        ),
    )
    op.create_table(
        "series",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("first_number", sa.BigInteger(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.CheckConstraint("next_number >= first_number and first_number >= 1", name=op.f("ck_series_counts_up")),
        sa.PrimaryKeyConstraint("client_id", "series", name=op.f("pk_series")),
    )
    op.create_table(
        "document_event",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("amount_ore", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id", "document_id"],
            ["document.client_id", "document.document_id"],
            name=op.f("fk_document_event_client_id_document_id_document"),
        ),
        sa.PrimaryKeyConstraint("client_id", "document_id", "what", "key", name=op.f("pk_document_event")),
    )
    for table in GUARDED:
        for statement in guard(table):
            op.execute(statement)
    for rule in RULES:
        op.execute(rule)


def downgrade() -> None:
    for table in (
        "document_link",
        "document_event",
        "series",
        "document",
        "sales_order",
        "customer_copy",
        "client_copy",
    ):
        op.drop_table(table)
    drop_first_common_tables()
    op.execute("drop function keep_confirmed_document, keep_confirmed_order, keep_links_within_target, count_upwards")
