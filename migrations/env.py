"""How Alembic meets the application: its engine, its metadata, and the types it must spell out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from flask import current_app

from dashboard.extensions import db
from dashboard.models.columns import UtcTime

MOMENT = "sa.DateTime().with_variant(mysql.DATETIME(fsp=6), 'mysql', 'mariadb')"


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types in SQLAlchemy's words, so that old migrations never import the models."""
    if kind == "type" and isinstance(item, UtcTime):
        autogen.imports.add("from sqlalchemy.dialects import mysql")
        return MOMENT
    return False


def drop_tables_whole(_context: object, _revision: object, scripts: Sequence[ops.MigrationScript]) -> None:
    """Leave out dropping the indexes of a table that goes as well: MySQL refuses while a foreign key needs them."""
    for script in scripts:
        steps = script.downgrade_ops.ops
        gone = {step.table_name for step in steps if isinstance(step, ops.DropTableOp)}
        script.downgrade_ops.ops = [
            step for step in steps if not (isinstance(step, ops.ModifyTableOps) and step.table_name in gone)
        ]


def options() -> dict[str, Any]:
    """What every run of Alembic needs to know."""
    return {
        "target_metadata": db.metadata,
        "render_item": render_item,
        "render_as_batch": db.engine.dialect.name == "sqlite",
        "process_revision_directives": drop_tables_whole,
    }


def upgrade_offline() -> None:
    """Print the SQL instead of running it (`flask db upgrade --sql`)."""
    context.configure(url=current_app.config["SQLALCHEMY_DATABASE_URI"], literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()


def upgrade_online() -> None:
    """Change the database the settings name."""
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(connection=connection, **options())
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    upgrade_offline()
else:
    upgrade_online()
