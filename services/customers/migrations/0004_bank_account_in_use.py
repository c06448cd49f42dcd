"""A bank account is in use by one active client only."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SHARED = """
    select bank_account, string_agg(client_id::text, ', ' order by client_id) as clients from client
    where active group by bank_account having count(*) > 1 order by bank_account
"""


def upgrade() -> None:
    """Stops when clients share an account: a person must say whose it is."""
    connection = op.get_bind()
    connection.execute(sa.text("select set_config('app.client_id', '*', true)"))
    shared = [f"{row.bank_account}: {row.clients}" for row in connection.execute(sa.text(_SHARED))]
    if shared:
        raise RuntimeError(
            "active clients share a bank account; deactivate or change one of each: " + "; ".join(shared)
        )
    op.create_index(
        "uq_client_bank_account_in_use",
        "client",
        ["bank_account"],
        unique=True,
        postgresql_where=sa.text("active"),
    )


def downgrade() -> None:
    op.drop_index("uq_client_bank_account_in_use", table_name="client", postgresql_where=sa.text("active"))
