"""What the pages' tests know of people and runs, and tables that bear the mark of this version."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from dashboard.engine.transactions import transaction
from dashboard.health import migrations
from tests.views.conftest import lab as lab
from tests.views.conftest import member as member
from tests.views.conftest import operator as operator
from tests.views.conftest import running as running
from tests.views.conftest import sign_in as sign_in


@pytest.fixture
def at_head(in_app: Flask) -> Iterator[Callable[[str], None]]:
    """`at_head(revision)` marks the tables as that; they are marked as the latest to begin with."""
    with transaction() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        head = next(revision for revision, is_head in migrations().items() if is_head)
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})

    def mark(revision: str) -> None:
        with transaction() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})

    yield mark
    with transaction() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
