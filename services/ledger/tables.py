"""The ledger's tables. Entries and postings are append-only by rights and by trigger; see the first migration."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from shared.db.base import add_common_tables, one_of, service_registry

APPEND_ONLY = "append-only: the books are corrected by new entries, never changed"
"""The comment on such a table; its first word makes `shared.db.migrate` revoke UPDATE and DELETE from the service."""


class LedgerBase(SQLModel, registry=service_registry()):
    """The registry of this service's tables."""


class AccountRow(LedgerBase, table=True):
    __tablename__ = "account"

    client_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    name_nb: str
    name_en: str
    mva_code: str | None = None


class LedgerHeadRow(LedgerBase, table=True):
    """The end of a client's books. Locked while posting, so that numbers have no gaps and the chain no forks."""

    __tablename__ = "ledger_head"

    client_id: UUID = Field(primary_key=True)
    next_number: int = Field(sa_type=sa.BigInteger)
    last_hash: str


class EntryRow(LedgerBase, table=True):
    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("client_id", "entry_number"),
        sa.UniqueConstraint("client_id", "source", "source_id", "purpose"),
        sa.Index("ix_entry_document", "client_id", "document_id"),
        sa.Index("ix_entry_customer", "client_id", "customer_id", "entry_number"),
        sa.Index("ix_entry_date", "client_id", "entry_date"),
        one_of("source", ("document", "payment"), "source"),
        one_of("purpose", ("invoice", "credit_note", "receipt", "match", "match_undone", "refund"), "purpose"),
        sa.CheckConstraint("num_nulls(document_id, customer_id, claim_id) in (0, 3)", name="claim_is_whole"),
        sa.CheckConstraint("source = 'payment' or document_id is not null", name="document_is_named"),
        {"comment": APPEND_ONLY},
    )

    # The id alone, as in posting: a query plan made while the table was empty then has no other index to choose.
    id: UUID = Field(primary_key=True)
    client_id: UUID
    entry_number: int = Field(sa_type=sa.BigInteger)
    entry_date: date
    source: str
    source_id: UUID
    purpose: str
    document_id: UUID | None
    """This, the customer and the claim are null for money that nobody has matched."""
    customer_id: UUID | None
    claim_id: UUID | None
    text: str
    previous_hash: str
    hash: str
    created_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class PostingRow(LedgerBase, table=True):
    __tablename__ = "posting"
    __table_args__ = (
        sa.ForeignKeyConstraint(["client_id", "account"], ["account.client_id", "account.number"]),
        sa.Index("ix_posting_account", "client_id", "account"),
        {"comment": APPEND_ONLY},
    )

    entry_id: UUID = Field(primary_key=True, foreign_key="entry.id")
    line_no: int = Field(primary_key=True)
    client_id: UUID
    account: int
    amount_ore: int = Field(sa_type=sa.BigInteger)
    mva_code: str | None = None
    mva_rate: Decimal | None = Field(default=None, sa_type=sa.Numeric)


class OpenItemRow(LedgerBase, table=True):
    """What is left of a claim. The columns that may be null are filled in when the claim's own document is posted."""

    __tablename__ = "open_item"
    __table_args__ = (
        sa.Index("ix_open_item_customer", "client_id", "customer_id", "due_date"),
        one_of("kind", ("invoice", "credit_note"), "kind"),
    )

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    customer_id: UUID
    kind: str | None = None
    number: int | None = Field(default=None, sa_type=sa.BigInteger)
    document_date: date | None = None
    due_date: date | None = None
    kid: str | None = None
    customer_number: int | None = Field(default=None, sa_type=sa.BigInteger)
    customer_name: str | None = None
    original_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    remaining_ore: int = Field(sa_type=sa.BigInteger)


add_common_tables(LedgerBase.metadata)
