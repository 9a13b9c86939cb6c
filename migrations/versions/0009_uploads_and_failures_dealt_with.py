"""Keep what became of each uploaded file, and which failures a person has dealt with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0009"
down_revision = "0008"
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
    with op.batch_alter_table("workflow_run") as run:
        run.add_column(sa.Column("dealt_with_at", MOMENT, nullable=True))
        run.add_column(sa.Column("dealt_with_by", BIG, nullable=True))
        run.add_column(sa.Column("dealt_with_how", sa.String(length=300), nullable=True))
        run.create_foreign_key(
            op.f("fk_workflow_run_dealt_with_by_user_account"), "user_account", ["dealt_with_by"], ["id"]
        )
    op.create_table(
        "upload",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _by("upload", "team_id", "team"),
        _by("upload", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        **TABLE,
    )
    op.create_table(
        "uploaded_file",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("fate", ASCII, nullable=False),
        sa.Column("paper_id", BIG, nullable=True),
        sa.Column("run_id", BIG, nullable=True),
        sa.Column("message", sa.String(length=500), nullable=True),
        _by("uploaded_file", "upload_id", "upload"),
        _by("uploaded_file", "paper_id", "paper"),
        _by("uploaded_file", "run_id", "workflow_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploaded_file")),
        **TABLE,
    )
    op.create_index("ix_uploaded_file_upload", "uploaded_file", ["upload_id", "id"])


def downgrade() -> None:
    op.drop_table("uploaded_file")
    op.drop_table("upload")
    with op.batch_alter_table("workflow_run") as run:
        run.drop_constraint(op.f("fk_workflow_run_dealt_with_by_user_account"), type_="foreignkey")
        for column in ("dealt_with_at", "dealt_with_by", "dealt_with_how"):
            run.drop_column(column)
