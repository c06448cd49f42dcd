"""Who holds a key, and what waits for a second person."""

import sqlalchemy as sa
from alembic import op

from shared.db.migration_steps.approvals import create_approvals, drop_approvals
from shared.db.migration_steps.keys import add_holder_of_keys, drop_holder_of_keys

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FUNCTION = """
    create function refuse_unapproved_account() returns trigger language plpgsql as $$
    begin
      if not exists (
        select from approval a where a.result_id = new.client_id and a.state = 'approved'
          and a.before ->> 'bank_account' = old.bank_account and a.after ->> 'bank_account' = new.bank_account
          and a.decided_at = (select max(b.decided_at) from approval b where b.result_id = new.client_id)) then
        raise exception 'a bank account changes only when a second person has approved it';
      end if;
      return null;
    end
    $$
"""
_TRIGGER = (
    "create constraint trigger client_account_is_approved after update of bank_account on client "
    "deferrable initially deferred for each row when (old.bank_account is distinct from new.bank_account) "
    "execute function refuse_unapproved_account()"
)
"""At the end of the transaction: the account changes before its approval is marked as decided."""


def upgrade() -> None:
    add_holder_of_keys()
    op.add_column("issued_key", sa.Column("holder", sa.Text(), nullable=True))
    op.add_column("issued_key", sa.Column("introduced_by", sa.Text(), nullable=True))
    create_approvals()
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.execute("drop trigger client_account_is_approved on client")
    op.execute("drop function refuse_unapproved_account()")
    drop_approvals()
    op.drop_column("issued_key", "introduced_by")
    op.drop_column("issued_key", "holder")
    drop_holder_of_keys()
