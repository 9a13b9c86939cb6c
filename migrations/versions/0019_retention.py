"""Remove what is old: when it was removed of which run, how long teams keep it, which files no row names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.String(64).with_variant(mysql.VARCHAR(64, charset="ascii", collation="ascii_bin"), "mysql", "mariadb")
TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
KINDS = ("logs", "attempts", "artifacts")


def upgrade() -> None:
    for kind in KINDS:
        op.add_column("workflow_run", sa.Column(f"{kind}_removed_at", TIME, nullable=True))
    op.create_table("loose_file", sa.Column("sha256", CODE, primary_key=True),
                    sa.Column("since", TIME, nullable=False), **TABLE)  # fmt: skip
    op.create_index("ix_loose_file_since", "loose_file", ["since"])
    op.create_table(
        "team_retention",
        sa.Column("team_id", BIG, sa.ForeignKey("team.id", name="fk_team_retention_team_id"), primary_key=True),
        *(sa.Column(kind, sa.Double(), nullable=True) for kind in (*KINDS, "checkpoints")),
        sa.Column("updated_at", TIME, nullable=False),
        **TABLE,
    )
    op.create_index("ix_paper_sha256", "paper", ["sha256"])
    op.create_index("ix_attempt_reused_from", "node_attempt", ["reused_from"])


def downgrade() -> None:
    op.drop_index("ix_attempt_reused_from", "node_attempt")
    op.drop_index("ix_paper_sha256", "paper")
    op.drop_table("team_retention")
    op.drop_table("loose_file")
    with op.batch_alter_table("workflow_run") as run:
        for kind in KINDS:
            run.drop_column(f"{kind}_removed_at")
