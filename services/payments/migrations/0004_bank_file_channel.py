"""A transmission number is unique per client and channel: the channel that each bank file came by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of earlier files only those with several parts are known to be the bureau's; the others count as the client's."""
    op.add_column("bank_file", sa.Column("channel", sa.String(), nullable=True))
    op.execute("select set_config('app.client_id', '*', true)")
    op.execute(
        """
        update bank_file f set channel = case
            when exists (select from bank_file o where o.id = f.id and o.client_id <> f.client_id) then 'bureau'
            else 'client' end
        where state = 'imported'
        """
    )
    op.create_check_constraint(
        op.f("ck_bank_file_imported_has_channel"), "bank_file", "(state = 'imported') = (channel is not null)"
    )
    op.create_check_constraint(op.f("ck_bank_file_channel"), "bank_file", "channel in ('bureau', 'client')")
    op.drop_constraint(op.f("uq_bank_file_client_id_transmission"), "bank_file", type_="unique")
    op.create_unique_constraint(
        op.f("uq_bank_file_client_id_channel_transmission"), "bank_file", ["client_id", "channel", "transmission"]
    )
    op.drop_index("ix_bank_file_transmission", table_name="bank_file")
    op.create_index("ix_bank_file_content_sha256", "bank_file", ["content_sha256"], unique=False)


def downgrade() -> None:
    """Fails when a client has the same transmission number by both channels."""
    op.drop_index("ix_bank_file_content_sha256", table_name="bank_file")
    op.create_index("ix_bank_file_transmission", "bank_file", ["transmission"], unique=False)
    op.drop_constraint(op.f("uq_bank_file_client_id_channel_transmission"), "bank_file", type_="unique")
    op.create_unique_constraint(op.f("uq_bank_file_client_id_transmission"), "bank_file", ["client_id", "transmission"])
    op.drop_constraint(op.f("ck_bank_file_channel"), "bank_file", type_="check")
    op.drop_constraint(op.f("ck_bank_file_imported_has_channel"), "bank_file", type_="check")
    op.drop_column("bank_file", "channel")
