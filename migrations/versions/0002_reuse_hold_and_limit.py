"""Let nodes reuse outputs, be held by a person, and share a limited number of places."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASCII = sa.String(length=64).with_variant(
    mysql.VARCHAR(charset="ascii", collation="ascii_bin", length=64), "mysql", "mariadb"
)


def upgrade() -> None:
    op.create_table(
        "concurrency_gate",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_concurrency_gate")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("workflow_node") as nodes:
        nodes.add_column(sa.Column("hold_reason", sa.String(length=300), nullable=True))
        nodes.add_column(sa.Column("concurrency_key", sa.String(length=200), nullable=True))
        nodes.add_column(sa.Column("at_gate", sa.String(length=200), nullable=True))
        nodes.add_column(sa.Column("reuses", sa.Boolean(), server_default=sa.false(), nullable=False))
        nodes.create_index("ix_node_gate", ["at_gate"])
    with op.batch_alter_table("node_attempt") as attempts:
        attempts.add_column(sa.Column("input_hash", ASCII, nullable=True))
        attempts.add_column(sa.Column("reused_from", BIG, nullable=True))
        attempts.create_index(op.f("ix_node_attempt_input_hash"), ["input_hash"])
    with op.batch_alter_table("workflow_run") as runs:
        runs.add_column(sa.Column("may_reuse", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("workflow_run") as runs:
        runs.drop_column("may_reuse")
    with op.batch_alter_table("node_attempt") as attempts:
        attempts.drop_index(op.f("ix_node_attempt_input_hash"))
        attempts.drop_column("reused_from")
        attempts.drop_column("input_hash")
    with op.batch_alter_table("workflow_node") as nodes:
        nodes.drop_index("ix_node_gate")
        for name in ("reuses", "at_gate", "concurrency_key", "hold_reason"):
            nodes.drop_column(name)
    op.drop_table("concurrency_gate")
