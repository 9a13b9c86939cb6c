"""Keep what was answered to programs, for those that ask again under the same key."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASCII = sa.String(length=64).with_variant(
    mysql.VARCHAR(charset="ascii", collation="ascii_bin", length=64), "mysql", "mariadb"
)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
LONG = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("key_hash", ASCII, nullable=False),
        sa.Column("request_hash", ASCII, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", LONG, nullable=True),
        sa.Column("location", sa.String(length=500), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_kept_answer_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
        sa.UniqueConstraint("user_id", "key_hash", name=op.f("uq_kept_answer_user_id_key_hash")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_kept_answer_created_at"), "kept_answer", ["created_at"])


def downgrade() -> None:
    op.drop_table("kept_answer")
