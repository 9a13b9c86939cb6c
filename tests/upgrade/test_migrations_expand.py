"""Migrations only expand: workers of the version before go on with the tables as they become.

One that takes something away says in which release it may: `contracts = "0.3.0"` in its module. That is a release of
which no worker uses what goes, and nor does the release before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from dashboard.extensions import db
from tests.upgrade import contractions
from tests.upgrade.versions import BASELINE_REVISION


def later_revisions() -> Sequence[Script]:
    """Those after the recorded version, the oldest first."""
    return [*reversed([*ScriptDirectory("migrations").iterate_revisions("head", BASELINE_REVISION)])]


@contextmanager
def overheard() -> Iterator[Mapping[str, list[str]]]:
    """What each revision says to the database, by the revision that is noted after it."""
    said: dict[str, list[str]] = defaultdict(list)
    since: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        since.append(statement)
        if statement.startswith(("UPDATE alembic_version", "INSERT INTO alembic_version")):
            revision = statement.split("'")[1] if "'" in statement else str(next(iter(parameters.values())))
            said[revision], since[:] = list(since[:-1]), []

    event.listen(db.engine, "before_cursor_execute", hear)
    yield said
    event.remove(db.engine, "before_cursor_execute", hear)


def test_a_migration_takes_nothing_away_unless_its_release_may(bare_app: Flask) -> None:
    with overheard() as said:
        upgrade()
    revisions = later_revisions()
    assert {script.revision for script in revisions} <= said.keys()
    unmarked = {
        script.revision: told
        for script in revisions
        if (told := contractions.found(said[script.revision])) and not getattr(script.module, "contracts", "")
    }
    assert unmarked == {}


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE run ADD COLUMN note VARCHAR(20)",
        "ALTER TABLE run ADD COLUMN note VARCHAR(20) NOT NULL DEFAULT ''",
        "CREATE INDEX ix_run_note ON run (note)",
        "CREATE TABLE note (id INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (id))",
        "UPDATE run SET note = 'x'",
    ],
)
def test_it_may_add(statement: str) -> None:
    assert contractions.found([statement]) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE run ADD COLUMN note VARCHAR(20) NOT NULL",
        "ALTER TABLE run DROP COLUMN note",
        "ALTER TABLE run CHANGE note remark VARCHAR(20)",
        "ALTER TABLE run RENAME COLUMN note TO remark",
        "ALTER TABLE run MODIFY note VARCHAR(20) NOT NULL",
        "ALTER TABLE run ALTER COLUMN note DROP DEFAULT",
        "ALTER TABLE run ADD CONSTRAINT uq_note UNIQUE (note)",
        "ALTER TABLE run ADD UNIQUE INDEX uq_note (note)",
        "CREATE UNIQUE INDEX uq_note ON run (note)",
        "DROP INDEX ix_run_note ON run",
        "RENAME TABLE run TO runs",
        "DROP TABLE run",
        "DELETE FROM run WHERE note IS NULL",
    ],
)
def test_it_may_not_take_away(statement: str) -> None:
    assert len(contractions.found([statement])) >= 1


def test_its_own_new_tables_are_its_own_business() -> None:
    assert contractions.found(["CREATE TABLE note (id INTEGER)", "CREATE UNIQUE INDEX uq ON note (id)"]) == []


def test_a_new_table_excuses_no_other() -> None:
    statements = ["CREATE TABLE note (id INTEGER)", "CREATE UNIQUE INDEX uq ON run (id)"]
    assert contractions.found(statements) == ["forbids rows that were allowed: CREATE UNIQUE INDEX uq ON run (id)"]
