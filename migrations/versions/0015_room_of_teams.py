"""Count what a team stores and let its runs wait for a place; find acts by person and by kind."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STORED = "(SELECT COALESCE(SUM(bytes), 0) FROM node_artifact WHERE node_artifact.run_id = workflow_run.id)"


def upgrade() -> None:
    op.add_column("workflow_run", sa.Column("waits_for_place", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("workflow_run", sa.Column("stored_bytes", BIG, nullable=False, server_default=sa.text("0")))
    op.execute(sa.text(f"UPDATE workflow_run SET stored_bytes = {STORED}"))  # noqa: S608  (ours)
    op.create_index("ix_run_team_stored", "workflow_run", ["team_id", "stored_bytes"])
    op.create_index("ix_paper_team_bytes", "paper", ["team_id", "bytes"])
    op.create_index("ix_audit_user", "audit_event", ["user_id", "id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # the foreign key needs an index of its own again
        op.create_index("fk_audit_event_user_id_user_account", "audit_event", ["user_id"])
    op.drop_index("ix_audit_user", "audit_event")
    op.drop_index("ix_paper_team_bytes", "paper")
    op.drop_index("ix_run_team_stored", "workflow_run")
    with op.batch_alter_table("workflow_run") as run:
        run.drop_column("stored_bytes")
        run.drop_column("waits_for_place")
