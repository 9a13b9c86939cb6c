"""Forget the epochs of sessions: each session has a row of its own, which ends."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("user_account", "session_epoch")


def downgrade() -> None:
    op.add_column("user_account", sa.Column("session_epoch", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("user_account") as person:
        person.alter_column("session_epoch", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
