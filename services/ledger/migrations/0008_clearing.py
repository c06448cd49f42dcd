"""Entries for money that nobody has matched: without a customer, on accounts of their own, which every client gets."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPTIONAL = ("document_id", "customer_id", "claim_id")
ACCOUNTS = """
    insert into account (client_id, number, name_nb, name_en)
    select client_id, number, name_nb, name_en
    from ledger_head, (values (2990, 'Uavklarte innbetalinger', 'Unmatched payments'),
                              (2991, 'Tilbakebetalinger underveis', 'Refunds on their way'))
         as added(number, name_nb, name_en)
    on conflict do nothing
"""


def upgrade() -> None:
    for column in OPTIONAL:
        op.alter_column("entry", column, existing_type=sa.Uuid(), nullable=True)
    op.drop_constraint(op.f("ck_entry_purpose"), "entry", type_="check")
    op.create_check_constraint(
        op.f("ck_entry_purpose"),
        "entry",
        "purpose in ('invoice', 'credit_note', 'receipt', 'match', 'match_undone', 'refund')",
    )
    op.create_check_constraint(
        op.f("ck_entry_claim_is_whole"), "entry", "num_nulls(document_id, customer_id, claim_id) in (0, 3)"
    )
    op.create_check_constraint(
        op.f("ck_entry_document_is_named"), "entry", "source = 'payment' or document_id is not null"
    )
    op.execute("select set_config('app.client_id', '*', true)")
    op.execute(ACCOUNTS)


def downgrade() -> None:
    raise RuntimeError("the books are never deleted")
