"""What payments keeps. Amounts are integer øre; `client_id` in every key and row-level security keep clients apart."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.payments.domain.words import (
    FILE_CHANNELS,
    FILE_STATES,
    MATCH_KINDS,
    PAYMENT_STATES,
    UNDO_REASONS,
    WAITING_REASONS,
)
from shared.db.approvals import add_approval_table
from shared.db.base import add_common_tables, one_of, service_registry

_MOMENT = sa.DateTime(timezone=True)
_NOW = sa.text("clock_timestamp()")
_SURPLUS = sa.text("payable_ore - credited_ore - paid_ore < 0")


class PaymentsBase(SQLModel, registry=service_registry()):
    """Metadata of this service alone."""


class ClientAccountRow(PaymentsBase, table=True):
    """Every account a client has ever had, since money still comes to old ones. The newest version is in use."""

    __tablename__ = "client_account"
    __table_args__ = (sa.Index("ix_client_account_account", "account"),)

    client_id: UUID = Field(primary_key=True)
    account: str = Field(primary_key=True)
    version: int
    kid_algorithm: str
    kid_length: int


class ClaimRow(PaymentsBase, table=True):
    """What a customer owes by one invoice: payable less credited less paid."""

    __tablename__ = "claim"
    __table_args__ = (
        sa.Index("ix_claim_client_id_account_kid", "client_id", "account", "kid"),
        sa.Index("ix_claim_client_id_customer_id", "client_id", "customer_id"),
        sa.Index("ix_claim_surplus", "client_id", "customer_id", postgresql_where=_SURPLUS),
        sa.Index("ix_claim_to_remind", "overdue_level", "due_date", postgresql_where=sa.text("settled_on is null")),
    )

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    number: int = Field(sa_type=sa.BigInteger)
    customer_id: UUID
    customer_name: str
    account: str | None
    kid: str | None
    document_date: date
    due_date: date | None
    payable_ore: int = Field(sa_type=sa.BigInteger)
    credited_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    paid_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    settled_on: date | None
    settlements: int = Field(sa_column_kwargs={"server_default": "0"})
    """How often it has been settled: a claim may be reopened."""
    overdue_level: int = Field(sa_column_kwargs={"server_default": "0"})
    overdue_on: date | None
    """When the claim reached its overdue level."""
    opened_at: datetime = Field(sa_type=_MOMENT, sa_column_kwargs={"server_default": _NOW})


class CreditRow(PaymentsBase, table=True):
    """A credit note; it may arrive before the invoice that it corrects."""

    __tablename__ = "credit"
    __table_args__ = (sa.Index("ix_credit_client_id_invoice_id", "client_id", "invoice_id"),)

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    invoice_id: UUID
    amount_ore: int = Field(sa_type=sa.BigInteger)
    document_date: date


class BankFileRow(PaymentsBase, table=True):
    """One client's part of a bank file. All parts of a file have the same id; most files have one part.

    `matched` includes partial and over. `control_ore` is the sum as the file's own control sums count it. A rejected
    file belongs to whoever sent it, and has no format, channel or transmission.
    """

    __tablename__ = "bank_file"
    __table_args__ = (
        sa.UniqueConstraint("client_id", "content_sha256", "state"),
        sa.UniqueConstraint("client_id", "channel", "transmission", "created_on"),
        one_of("state", FILE_STATES, "state"),
        sa.CheckConstraint("(state = 'imported') = (transmission is not null)", name="imported_has_transmission"),
        sa.CheckConstraint("(state = 'imported') = (format is not null)", name="imported_has_format"),
        sa.CheckConstraint("(state = 'imported') = (channel is not null)", name="imported_has_channel"),
        one_of("channel", FILE_CHANNELS, "channel"),
        sa.Index("ix_bank_file_content_sha256", "content_sha256"),
    )

    client_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    state: str
    sha256: str
    """Of the bytes, which the object store holds under this key."""
    content_sha256: str
    """The same whatever the line ends."""
    format: str | None
    """See domain/file_formats.py."""
    channel: str | None
    transmission: str | None
    created_on: date | None
    received_at: datetime = Field(sa_type=_MOMENT)
    payments: int = Field(sa_column_kwargs={"server_default": "0"})
    total_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    control_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    matched: int = Field(sa_column_kwargs={"server_default": "0"})
    matched_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    partial: int = Field(sa_column_kwargs={"server_default": "0"})
    partial_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    over: int = Field(sa_column_kwargs={"server_default": "0"})
    over_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    unmatched: int = Field(sa_column_kwargs={"server_default": "0"})
    unmatched_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    duplicates: int = Field(sa_column_kwargs={"server_default": "0"})
    duplicates_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    rejection: dict[str, Any] | None = Field(sa_type=JSONB)
    """See domain/bank_file.py: Rejection."""


class PaymentRow(PaymentsBase, table=True):
    """A bank payment, booked once however many files report it. Ids rise in the order of the file."""

    __tablename__ = "payment"
    __table_args__ = (
        sa.UniqueConstraint("client_id", "account", "identity"),
        sa.Index(
            "ix_payment_waiting",
            "client_id",
            "account",
            "kid",
            postgresql_where=sa.text("state = 'unmatched' and reason in ('unknown_kid', 'invalid_kid')"),
        ),
        sa.Index(
            "ix_payment_taken_back",
            "client_id",
            "account",
            "kid",
            postgresql_where=sa.text("state = 'unmatched' and reason = 'negative_amount'"),
        ),
        sa.Index("ix_payment_client_id_account_kid", "client_id", "account", "kid"),
        sa.Index("ix_payment_unmatched", "client_id", "id", postgresql_where=sa.text("state = 'unmatched'")),
        sa.Index("ix_payment_client_id_bank_file_id", "client_id", "bank_file_id"),
        one_of("state", PAYMENT_STATES, "state"),
        one_of("reason", WAITING_REASONS, "reason"),
        sa.CheckConstraint("(state = 'unmatched') = (reason is not null)", name="unmatched_has_reason"),
    )

    client_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    bank_file_id: UUID
    line_number: int
    account: str
    identity: str
    transaction_code: str
    """The kind of transaction, in the code of the file's format."""
    kid: str | None
    amount_ore: int = Field(sa_type=sa.BigInteger)
    control_ore: int = Field(sa_type=sa.BigInteger)
    """The amount as the file's own control sums count it."""
    paid_on: date
    """Settlement date: when the account had the money."""
    ordered_on: date | None
    debit_account: str | None
    bank_reference: str | None
    text: str | None
    state: str
    reason: str | None
    matched_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    """What claims have of it. This, and what was refunded or reversed, never exceed the amount, and have its sign."""
    refunded_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    reversed_ore: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    reverses: UUID | None
    """The payment that this negative one takes back."""


class MatchRow(PaymentsBase, table=True):
    """So much of a payment for a claim. One that is matched when it comes goes wholly to one claim, even if it exceeds
    it; a person may divide. It stays here when it is undone."""

    __tablename__ = "match"
    __table_args__ = (
        one_of("kind", MATCH_KINDS, "kind"),
        sa.Index("ix_match_client_id_payment_id", "client_id", "payment_id"),
        sa.Index("ix_match_client_id_document_id", "client_id", "document_id"),
    )

    client_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    payment_id: UUID
    document_id: UUID
    amount_ore: int = Field(sa_type=sa.BigInteger)
    kind: str
    remaining_ore: int = Field(sa_type=sa.BigInteger)
    matched_at: datetime = Field(sa_type=_MOMENT, sa_column_kwargs={"server_default": _NOW})
    matched_on: date
    from_clearing: bool
    """Whether the payment was unmatched before."""


class UndoneMatchRow(PaymentsBase, table=True):
    """A match that no longer holds; each is undone at most once."""

    __tablename__ = "undone_match"
    __table_args__ = (
        one_of("reason", UNDO_REASONS, "reason"),
        {"comment": "append-only: what was undone stays undone"},
    )

    client_id: UUID = Field(primary_key=True)
    match_id: UUID = Field(primary_key=True)
    undone_on: date
    reason: str
    undone_at: datetime = Field(sa_type=_MOMENT, sa_column_kwargs={"server_default": _NOW})


class RefundRow(PaymentsBase, table=True):
    """So much of an unmatched payment was sent back to the payer."""

    __tablename__ = "refund"
    __table_args__ = (
        sa.Index("ix_refund_client_id_payment_id", "client_id", "payment_id"),
        sa.CheckConstraint("amount_ore > 0", name="amount_is_positive"),
        {"comment": "append-only: what was sent back"},
    )

    client_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    payment_id: UUID
    amount_ore: int = Field(sa_type=sa.BigInteger)
    refunded_on: date
    note: str
    refunded_at: datetime = Field(sa_type=_MOMENT)


class SentInvoiceRow(PaymentsBase, table=True):
    """When an invoice was first sent. It may be here before its claim; a claim without one is never overdue."""

    __tablename__ = "sent_invoice"

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    sent_on: date


class ClaimHoldRow(PaymentsBase, table=True):
    """A claim that the customer disputes, until its last day or its release. It stays as the history of objections."""

    __tablename__ = "claim_hold"
    __table_args__ = (
        sa.Index("ix_claim_hold_client_id_document_id", "client_id", "document_id"),
        sa.CheckConstraint("until >= held_on", name="ends_later"),
        sa.CheckConstraint("(released_on is null) = (released_key_id is null)", name="released_by_a_key"),
    )

    client_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    document_id: UUID
    reason: str
    until: date | None
    held_on: date
    held_key_id: UUID
    held_by: str | None
    """The person that the key was issued to."""
    released_on: date | None
    released_key_id: UUID | None
    released_by: str | None


class OverdueRow(PaymentsBase, table=True):
    """A level of being overdue that a claim has reached; each level at most once."""

    __tablename__ = "overdue"

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    level: int = Field(primary_key=True)
    outstanding_ore: int = Field(sa_type=sa.BigInteger)
    found_on: date


add_common_tables(PaymentsBase.metadata)
add_approval_table(PaymentsBase.metadata)
