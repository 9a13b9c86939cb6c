"""Remember which rows of another system became which runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASCII = sa.String(length=64).with_variant(
    mysql.VARCHAR(charset="ascii", collation="ascii_bin", length=64), "mysql", "mariadb"
)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "imported_run",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("row_key", sa.String(length=200), nullable=False),
        sa.Column("digest", ASCII, nullable=False),
        sa.Column("paper_key", sa.String(length=200), nullable=True),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_imported_run_team_id_team")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_imported_run_run_id_workflow_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_run")),
        sa.UniqueConstraint("team_id", "source", "row_key", name=op.f("uq_imported_run_team_id_source_row_key")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_imported_run_run_id"), "imported_run", ["run_id"])


def downgrade() -> None:
    op.drop_table("imported_run")
