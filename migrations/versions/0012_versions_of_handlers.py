"""Keep which version of a handler an output comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("node_attempt", sa.Column("handler_version", sa.String(length=50), nullable=True))


def downgrade() -> None:
    op.drop_column("node_attempt", "handler_version")
