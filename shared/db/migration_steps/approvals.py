"""The table of approvals, of services that have some."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import guard


def create_approvals() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "approval",
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False) for name in _JSON),
        sa.Column("requested_key_id", sa.Uuid(), nullable=False),
        sa.Column("requested_holder", sa.Text(), nullable=False),
        sa.Column("requested_root", sa.Text(), nullable=False),
        sa.Column("requested_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_key_id", sa.Uuid(), nullable=True),
        sa.Column("decided_holder", sa.Text(), nullable=True),
        sa.Column("decided_root", sa.Text(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'approved', 'rejected')", name=op.f("ck_approval_state")),
        sa.CheckConstraint("(state = 'waiting') = (decided_at is null)", name=op.f("ck_approval_decided")),
        sa.CheckConstraint(_SECOND_PERSON, name=op.f("ck_approval_second_person")),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_waiting", "approval", ["expires_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_approval_client_id", "approval", ["client_id", "approval_id"])
    for statement in (*guard("approval"), _FUNCTION, _DECIDED_ONCE, _KEPT):
        op.execute(statement)


def drop_approvals() -> None:
    op.drop_table("approval")
    op.execute("drop function refuse_change_of_approval()")


_JSON = ("before", "after", "sealed")
_SECOND_PERSON = (
    "state <> 'approved' or (decided_key_id <> requested_key_id "
    "and decided_holder is not null and decided_root is not null "
    "and lower(decided_holder) <> lower(requested_holder) and lower(decided_root) <> lower(requested_root) "
    "and result_id is not null)"
)
_FUNCTION = """
create function refuse_change_of_approval() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state = 'waiting' then
    return new;
  end if;
  if tg_op = 'UPDATE' then
    if old.state = 'waiting' and new.state <> 'waiting'
      and (old.approval_id, old.client_id, old.kind, old.before, old.after, old.sealed, old.requested_key_id,
           old.requested_holder, old.requested_root, old.requested_at, old.expires_at)
        is not distinct from (new.approval_id, new.client_id, new.kind, new.before, new.after, new.sealed,
           new.requested_key_id, new.requested_holder, new.requested_root, new.requested_at, new.expires_at) then
      return new;
    end if;
  end if;
  raise exception 'an approval is decided once and never changed';
end
$$
"""
_DECIDED_ONCE = (
    "create trigger approval_is_decided_once before insert or update or delete on approval "
    "for each row execute function refuse_change_of_approval()"
)
_KEPT = (
    "create trigger approval_is_kept before truncate on approval "
    "for each statement execute function refuse_change_of_approval()"
)
