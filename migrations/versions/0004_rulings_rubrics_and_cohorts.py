"""Let people rule on verdicts, edit rubrics, score again by another one, and group papers into cohorts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASCII = sa.String(length=64).with_variant(
    mysql.VARCHAR(charset="ascii", collation="ascii_bin", length=64), "mysql", "mariadb"
)
LONG_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
TABLE = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}


def _by(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "team_rubric",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("name", ASCII, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", LONG_TEXT, nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _by("team_rubric", "team_id", "team"),
        _by("team_rubric", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_rubric")),
        sa.UniqueConstraint("team_id", "name", "version", name=op.f("uq_team_rubric_team_id_name_version")),
        **TABLE,
    )
    op.create_table(
        "rescore",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("rubric", ASCII, nullable=False),
        sa.Column("version", ASCII, nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _by("rescore", "run_id", "workflow_run"),
        _by("rescore", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescore")),
        sa.UniqueConstraint("run_id", "rubric", "version", name=op.f("uq_rescore_run_id_rubric_version")),
        **TABLE,
    )
    op.create_table(
        "ruling",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        *(sa.Column(name, ASCII, nullable=False) for name in ("rubric", "criterion", "at_commit", "found", "answer")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ruled_by", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        _by("ruling", "team_id", "team"),
        _by("ruling", "paper_id", "paper"),
        _by("ruling", "run_id", "workflow_run"),
        _by("ruling", "ruled_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
        **TABLE,
    )
    op.create_index("ix_ruling_paper", "ruling", ["paper_id", "rubric", "criterion"])
    op.create_index("ix_ruling_team", "ruling", ["team_id", "rubric", "criterion"])
    op.create_table(
        "cohort",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _by("cohort", "team_id", "team"),
        _by("cohort", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_cohort_team_id_name")),
        **TABLE,
    )
    op.create_table(
        "cohort_paper",
        sa.Column("cohort_id", BIG, nullable=False),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        _by("cohort_paper", "cohort_id", "cohort"),
        _by("cohort_paper", "paper_id", "paper"),
        sa.PrimaryKeyConstraint("cohort_id", "paper_id", name=op.f("pk_cohort_paper")),
        **TABLE,
    )
    op.create_index(op.f("ix_cohort_paper_paper_id"), "cohort_paper", ["paper_id"])


def downgrade() -> None:
    for table in ("cohort_paper", "cohort", "ruling", "rescore", "team_rubric"):
        op.drop_table(table)
