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
def at_head(app: Flask) -> Iterator[Callable[[str], None]]:
    """`at_head(revision)` marks the tables as that; they are marked as the latest to begin with."""

    def write(statement: str, **values: str) -> None:
        with app.app_context(), transaction() as connection:
            connection.execute(text(statement), values)

    head = next(revision for revision, is_head in migrations().items() if is_head)
    write("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    write("INSERT INTO alembic_version VALUES (:it)", it=head)
    yield lambda revision: write("UPDATE alembic_version SET version_num = :it", it=revision)
    write("DROP TABLE alembic_version")
