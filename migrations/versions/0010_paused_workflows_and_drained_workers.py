"""Let a workflow be paused, its new runs wait, and a worker be asked to take no more nodes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
TABLE = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}


def upgrade() -> None:
    op.create_table(
        "workflow_pause",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("paused_by", BIG, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["paused_by"], ["user_account.id"], name=op.f("fk_workflow_pause_paused_by_user_account")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workflow_pause")),
        **TABLE,
    )
    with op.batch_alter_table("workflow_run") as run:
        run.add_column(sa.Column("waits_for_workflow", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    with op.batch_alter_table("worker_report") as worker:
        worker.add_column(sa.Column("drain_at", MOMENT, nullable=True))
        worker.add_column(sa.Column("drain_by", BIG, nullable=True))
        worker.create_foreign_key(op.f("fk_worker_report_drain_by_user_account"), "user_account", ["drain_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("worker_report") as worker:
        worker.drop_constraint(op.f("fk_worker_report_drain_by_user_account"), type_="foreignkey")
        worker.drop_column("drain_by")
        worker.drop_column("drain_at")
    with op.batch_alter_table("workflow_run") as run:
        run.drop_column("waits_for_workflow")
    op.drop_table("workflow_pause")
