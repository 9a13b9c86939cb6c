"""Let a workflow's version be a draft, and a worker say which handlers it has."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workflow_definition") as definition:
        definition.add_column(sa.Column("is_draft", sa.Boolean(), server_default=sa.false(), nullable=False))
        definition.add_column(sa.Column("was_draft", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("worker_report") as worker:
        worker.add_column(sa.Column("handlers", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("worker_report") as worker:
        worker.drop_column("handlers")
    with op.batch_alter_table("workflow_definition") as definition:
        definition.drop_column("was_draft")
        definition.drop_column("is_draft")
