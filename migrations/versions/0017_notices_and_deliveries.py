"""Write down what people want to hear of, how they want to hear it, and what came of telling them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASCII = sa.String(length=64).with_variant(
    mysql.VARCHAR(charset="ascii", collation="ascii_bin", length=64), "mysql", "mariadb"
)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
LONG = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
TABLE = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}


def upgrade() -> None:
    op.add_column("team", sa.Column("sends_letters", sa.Boolean(), nullable=False, server_default=sa.true()))
    _notices()
    _preferences()
    _awaited()
    _webhooks()
    _deliveries()


def downgrade() -> None:
    for table in ("delivered_notice", "delivery", "webhook", "awaited", "notice_preference", "notice"):
        op.drop_table(table)
    with op.batch_alter_table("team") as team:
        team.drop_column("sends_letters")


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event", ASCII, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("run_id", BIG, nullable=True),
        sa.Column("key", ASCII, nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("spread_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
        **TABLE,
    )
    op.create_index("ix_notice_spread", "notice", ["spread_at", "id"])
    op.create_index("ix_notice_team", "notice", ["team_id", "at"])


def _preferences() -> None:
    op.create_table(
        "notice_preference",
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("event", ASCII, nullable=False),
        sa.Column("email", ASCII, nullable=False),
        sa.Column("browser", ASCII, nullable=False),
        _key_to("notice_preference", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("user_id", "event", name=op.f("pk_notice_preference")),
        **TABLE,
    )


def _awaited() -> None:
    op.create_table(
        "awaited",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", ASCII, nullable=False),
        sa.Column("object_id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("after_run", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        _key_to("awaited", "team_id", "team"),
        _key_to("awaited", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited")),
        **TABLE,
    )
    op.create_index("ix_awaited_told", "awaited", ["told_at", "id"])


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        _key_to("webhook", "team_id", "team"),
        _key_to("webhook", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        **TABLE,
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("uid", ASCII, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("webhook_id", BIG, nullable=True),
        sa.Column("event", ASCII, nullable=False),
        sa.Column("state", ASCII, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("body", LONG, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        _key_to("delivery", "team_id", "team"),
        _key_to("delivery", "user_id", "user_account"),
        _key_to("delivery", "webhook_id", "webhook"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("uid", name=op.f("uq_delivery_uid")),
        **TABLE,
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "due_at"])
    op.create_index("ix_delivery_team", "delivery", ["team_id", "webhook_id", "id"])
    op.create_index("ix_delivery_open", "delivery", ["user_id", "state", "team_id"])
    op.create_table(
        "delivered_notice",
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("notice_id", BIG, nullable=False),
        _key_to("delivered_notice", "delivery_id", "delivery"),
        _key_to("delivered_notice", "notice_id", "notice"),
        sa.PrimaryKeyConstraint("delivery_id", "notice_id", name=op.f("pk_delivered_notice")),
        **TABLE,
    )


def _key_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
