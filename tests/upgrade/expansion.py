"""A migration of a later version, as the rule allows it: tables gain columns and an index, and one is new."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from dashboard.extensions import db


def expand() -> None:
    """Do to every table what an expanding migration may do, while others work with it."""
    with db.engine.connect().execution_options(writes=True) as connection:
        op = Operations(MigrationContext.configure(connection))
        for table in sorted(db.metadata.tables):
            op.add_column(table, sa.Column("later_word", sa.String(20), nullable=True))
            op.add_column(table, sa.Column("later_count", sa.Integer(), nullable=False, server_default=sa.text("7")))
            op.create_index(f"ix_later_{table}", table, ["later_count"])
        op.create_table("later_table", sa.Column("id", sa.Integer(), primary_key=True))
        connection.commit()
