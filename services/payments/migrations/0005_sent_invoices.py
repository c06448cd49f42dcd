"""Which invoices have been sent, since only they are reminded of."""

import sqlalchemy as sa
from alembic import op

from shared.db.tenancy import guard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_invoice",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "document_id", name=op.f("pk_sent_invoice")),
    )
    # Until now sending was not recorded here: what has a claim counts as sent on its date, so that reminders go on.
    op.execute("select set_config('app.client_id', '*', true)")
    op.execute("insert into sent_invoice select client_id, document_id, document_date from claim")
    for statement in guard("sent_invoice"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("sent_invoice")
