"""Let a cohort be rechecked on a schedule, and keep what each round found changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0018"
down_revision = "0017"
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
        "schedule",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("cohort_id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _by("schedule", "cohort_id", "cohort"),
        _by("schedule", "team_id", "team"),
        _by("schedule", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_schedule_cohort_id")),
        **TABLE,
    )
    op.create_index("ix_schedule_due", "schedule", ["due_at"])
    op.create_table(
        "recheck",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("cohort_id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("bulk_id", BIG, nullable=True),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("started_by", BIG, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        _by("recheck", "cohort_id", "cohort"),
        _by("recheck", "team_id", "team"),
        _by("recheck", "bulk_id", "bulk_action"),
        _by("recheck", "started_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
        **TABLE,
    )
    op.create_index("ix_recheck_cohort", "recheck", ["cohort_id", "id"])
    op.create_index("ix_recheck_ended", "recheck", ["ended_at"])
    op.create_table(
        "rechecked_run",
        sa.Column("recheck_id", BIG, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("before_run_id", BIG, nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        _by("rechecked_run", "recheck_id", "recheck"),
        sa.PrimaryKeyConstraint("recheck_id", "run_id", name=op.f("pk_rechecked_run")),
        **TABLE,
    )
    op.create_table(
        "recheck_change",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("recheck_id", BIG, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("before_run_id", BIG, nullable=False),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("kind", ASCII, nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("was", sa.String(length=500), nullable=False),
        sa.Column("became", sa.String(length=500), nullable=False),
        _by("recheck_change", "recheck_id", "recheck"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck_change")),
        **TABLE,
    )
    op.create_index("ix_recheck_change_kind", "recheck_change", ["recheck_id", "kind", "id"])


def downgrade() -> None:
    for table in ("recheck_change", "rechecked_run", "recheck", "schedule"):
        op.drop_table(table)
