"""Let a node name the one child that waits for it alone: that child needs no look at other parents."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workflow_node") as nodes:
        nodes.add_column(sa.Column("successor", sa.String(length=100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workflow_node") as nodes:
        nodes.drop_column("successor")
