"""Keep each session, second factors, other sign-ins, tokens for programs, and what a team may use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0008"
down_revision = "0007"
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


def _at(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, MOMENT, nullable=nullable) for name in names]


def _key() -> sa.Column[int]:
    return sa.Column("id", BIG, autoincrement=True, nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("user_account") as person:
        person.add_column(sa.Column("second_factor_secret", sa.Text(), nullable=True))
        person.add_column(sa.Column("second_factor_at", MOMENT, nullable=True))
        person.add_column(sa.Column("second_factor_step", sa.Integer(), nullable=True))
    with op.batch_alter_table("sign_in_link") as link:
        link.add_column(sa.Column("team_id", BIG, nullable=True))
        link.add_column(sa.Column("email", sa.String(length=200), nullable=True))
        link.add_column(sa.Column("role", ASCII, nullable=True))
        link.add_column(sa.Column("created_by", BIG, nullable=True))
        link.create_foreign_key(op.f("fk_sign_in_link_team_id_team"), "team", ["team_id"], ["id"])
        link.create_foreign_key(op.f("fk_sign_in_link_created_by_user_account"), "user_account", ["created_by"], ["id"])
    _open_sessions()
    _other_ways_in()
    _tokens()
    _limits()


def _open_sessions() -> None:
    op.create_table(
        "open_session",
        _key(),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("token_hash", ASCII, nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("browser", sa.String(length=300), nullable=False),
        *_at("created_at", "seen_at", "expires_at"),
        *_at("ended_at", nullable=True),
        _by("open_session", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_open_session_token_hash")),
        **TABLE,
    )
    op.create_index(op.f("ix_open_session_user_id"), "open_session", ["user_id"])


def _other_ways_in() -> None:
    op.create_table(
        "recovery_code",
        _key(),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("code_hash", ASCII, nullable=False),
        *_at("created_at"),
        *_at("used_at", nullable=True),
        _by("recovery_code", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")),
        **TABLE,
    )
    op.create_table(
        "identity",
        _key(),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        *_at("created_at", "seen_at"),
        _by("identity", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
        **TABLE,
    )
    op.create_index(op.f("ix_identity_user_id"), "identity", ["user_id"])


def _tokens() -> None:
    op.create_table(
        "api_token",
        _key(),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", ASCII, nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        *_at("created_at", "expires_at"),
        *_at("used_at", "revoked_at", nullable=True),
        _by("api_token", "user_id", "user_account"),
        _by("api_token", "team_id", "team"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        **TABLE,
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"])
    op.create_index(op.f("ix_api_token_team_id"), "api_token", ["team_id"])


def _limits() -> None:
    op.create_table(
        "team_limit",
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("papers", sa.Integer(), nullable=True),
        sa.Column("storage_bytes", BIG, nullable=True),
        sa.Column("active_runs", sa.Integer(), nullable=True),
        sa.Column("month_spend", sa.Numeric(12, 4), nullable=True),
        sa.Column("updated_by", BIG, nullable=True),
        *_at("updated_at"),
        _by("team_limit", "team_id", "team"),
        _by("team_limit", "updated_by", "user_account"),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_limit")),
        **TABLE,
    )


def downgrade() -> None:
    for table in ("team_limit", "api_token", "identity", "recovery_code", "open_session"):
        op.drop_table(table)
    with op.batch_alter_table("sign_in_link") as link:
        link.drop_constraint(op.f("fk_sign_in_link_team_id_team"), type_="foreignkey")
        link.drop_constraint(op.f("fk_sign_in_link_created_by_user_account"), type_="foreignkey")
        for column in ("team_id", "email", "role", "created_by"):
            link.drop_column(column)
    with op.batch_alter_table("user_account") as person:
        for column in ("second_factor_secret", "second_factor_at", "second_factor_step"):
            person.drop_column(column)
