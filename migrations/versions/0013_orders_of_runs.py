"""Let runs be listed by score and by how long they took, and the last ones of a workflow be found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TOOK = {
    "sqlite": "(julianday(finished_at) - julianday(started_at)) * 86400.0",
    "mysql": "TIMESTAMPDIFF(MICROSECOND, started_at, finished_at) / 1000000",
}


def upgrade() -> None:
    op.add_column("workflow_run", sa.Column("seconds", sa.Double(), nullable=True))
    took = TOOK["sqlite" if op.get_bind().dialect.name == "sqlite" else "mysql"]
    op.execute(sa.text(f"UPDATE workflow_run SET seconds = {took} WHERE finished_at IS NOT NULL"))  # noqa: S608  (ours)
    op.create_index("ix_run_definition_status", "workflow_run", ["definition_id", "status", "id"])
    op.create_index("ix_run_team_score", "workflow_run", ["team_id", "score", "id"])
    op.create_index("ix_run_team_seconds", "workflow_run", ["team_id", "seconds", "id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # the foreign key needs an index of its own again
        op.create_index("fk_workflow_run_definition_id", "workflow_run", ["definition_id"])
    for name in ("ix_run_team_seconds", "ix_run_team_score", "ix_run_definition_status"):
        op.drop_index(name, "workflow_run")
    with op.batch_alter_table("workflow_run") as run:
        run.drop_column("seconds")
