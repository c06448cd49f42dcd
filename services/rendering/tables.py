"""Tables of the rendering service: the files that a document became, or why it became none."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import BigInteger, Column, DateTime, Field, SQLModel, Text

from shared.db.base import add_common_tables, one_of, service_registry


class RenderingBase(SQLModel, registry=service_registry()):
    """A registry of its own: several services live in one process."""


class ArtefactRow(RenderingBase, table=True):
    """A rendered file in the object store. The first for a purpose stays, so that paper and mail always agree."""

    __tablename__ = "artefact"
    __table_args__ = (
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        sa.CheckConstraint("size_bytes > 0 and pages > 0", name="not_empty"),
    )

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    purpose: str = Field(sa_type=Text, primary_key=True)
    layout_version: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size_bytes: int = Field(sa_type=BigInteger)
    pages: int
    filename: str = Field(sa_type=Text)
    rendered_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class HeldRow(RenderingBase, table=True):
    """A document that cannot be rendered as it is, and why. Deleted once the document has been rendered after all.

    `content` is document-confirmed as JSON, to render it again; NULL for documents held before it was kept.
    """

    __tablename__ = "held"

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    held_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    content: str | None = Field(default=None, sa_type=Text)


class PresentationRow(RenderingBase, table=True):
    """How a held document was made to look instead, once it was rendered: what its file has and its content has not."""

    __tablename__ = "presentation"
    __table_args__ = (one_of("logo", ("confirmed", "current", "none"), "logo"),)

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    logo: str = Field(sa_type=Text)
    recipient: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    key_id: UUID
    """The API key that asked for it."""
    presented_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class ClientLogoRow(RenderingBase, table=True):
    """The logo that a client has now; other than that of its documents, which is frozen."""

    __tablename__ = "client_logo"

    client_id: UUID = Field(primary_key=True)
    version: int
    logo: str | None = Field(default=None, sa_type=Text)


add_common_tables(RenderingBase.metadata)
