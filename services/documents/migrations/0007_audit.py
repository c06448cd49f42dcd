"""Who changed what."""

from shared.db.migration_steps.audit import create_audit_tables, drop_audit_tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_audit_tables()


def downgrade() -> None:
    drop_audit_tables()
