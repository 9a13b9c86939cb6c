"""Let teams choose a language model, and keep what each call to one costs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0006"
down_revision = "0005"
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
        "team_model",
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=True),
        sa.Column("cap", sa.String(length=40), nullable=False),
        sa.Column("updated_by", BIG, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        _by("team_model", "team_id", "team"),
        _by("team_model", "updated_by", "user_account"),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_model")),
        **TABLE,
    )
    op.create_table(
        "model_call",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("call", ASCII, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("node_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("is_measured", sa.Boolean(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _by("model_call", "team_id", "team"),
        _by("model_call", "run_id", "workflow_run"),
        _by("model_call", "node_id", "workflow_node"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_call")),
        sa.UniqueConstraint("call", name=op.f("uq_model_call_call")),
        **TABLE,
    )
    op.create_index("ix_model_call_run", "model_call", ["run_id"])
    op.create_index("ix_model_call_team", "model_call", ["team_id", "at"])


def downgrade() -> None:
    for table in ("model_call", "team_model"):
        op.drop_table(table)
