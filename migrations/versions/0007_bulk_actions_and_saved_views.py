"""Let a team act on many runs at once, and name the filters it uses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASCII = sa.String(length=64).with_variant(
    mysql.VARCHAR(charset="ascii", collation="ascii_bin", length=64), "mysql", "mariadb"
)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
TABLE = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}


def _by(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "bulk_action",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("verb", ASCII, nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _by("bulk_action", "team_id", "team"),
        _by("bulk_action", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_action")),
        **TABLE,
    )
    op.create_index("ix_bulk_team", "bulk_action", ["team_id", "id"])
    op.create_table(
        "bulk_item",
        sa.Column("bulk_id", BIG, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("state", ASCII, nullable=False),
        sa.Column("message", sa.String(length=500), nullable=True),
        sa.Column("new_run_id", BIG, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        _by("bulk_item", "bulk_id", "bulk_action"),
        _by("bulk_item", "new_run_id", "workflow_run"),
        sa.PrimaryKeyConstraint("bulk_id", "run_id", name=op.f("pk_bulk_item")),
        **TABLE,
    )
    op.create_index("ix_bulk_item_state", "bulk_item", ["state", "bulk_id", "run_id"])
    op.create_table(
        "saved_view",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _by("saved_view", "team_id", "team"),
        _by("saved_view", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_saved_view_team_id_name")),
        **TABLE,
    )


def downgrade() -> None:
    for table in ("saved_view", "bulk_item", "bulk_action"):
        op.drop_table(table)
