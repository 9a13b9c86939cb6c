"""Workers, sweepers and web servers of two versions at once, with runs under way: each ends as if there were one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.extensions import db
from tests.crowd import invariants
from tests.crowd.processes import wait_until
from tests.upgrade import versions
from tests.upgrade.expansion import expand
from tests.upgrade.sides import Side
from tests.upgrade.working import REAL, SMALL, WAITING

OF = "FROM node_attempt a JOIN workflow_node n ON n.id = a.node_id"
pytestmark = pytest.mark.timeout(300)


def count(query: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {query}")).scalar_one())


def column(query: str) -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.execute(text(query)).scalars())


def wait_for_all(runs: list[int], *sides: Side) -> None:
    def have_succeeded() -> bool:
        return count("workflow_run WHERE status = 'SUCCEEDED'") == len(runs)

    def words() -> str:
        return "\n".join(f"{side.version.name} said: {side.crowd.words()}" for side in sides)

    wait_until(have_succeeded, 120, words)


def test_runs_go_on_while_one_version_replaces_the_other(older: Side, newer: Side) -> None:
    older.run("flask", "db", "upgrade")
    prepared = older.prepare()
    older.open()
    held, *others = (older.start_run(workflow, prepared) for workflow in (WAITING, SMALL))
    wait_until(lambda: count(f"workflow_node WHERE run_id = {held} AND status = 'RUNNING'") == 1, 60, older.crowd.words)

    newer.run("flask", "db", "upgrade")
    expand()
    after = older.start_run(SMALL, prepared)
    wait_until(lambda: after in older.committed(), 60, older.crowd.words)
    others += [after, older.start_run(REAL, prepared)]
    newer.open()
    others.append(newer.start_run(SMALL, prepared))
    wait_until(lambda: len(newer.committed()) > 0, 60, newer.crowd.words)
    statuses = [older.end_one() for _ in range(len(older.up))]
    newer.say_go()

    wait_for_all([held, *others], older, newer)
    assert statuses == [0] * len(statuses), older.crowd.words()
    *before, last = column(f"SELECT outcome {OF} WHERE n.run_id = {held} ORDER BY a.attempt")
    assert (set(before), last) == ({"given_back"}, "succeeded")  # by each worker of the version before that had it
    assert count("workflow_node WHERE failures > 0 OR crashes > 0") == 0
    assert invariants.broken() == {}


def test_a_clone_without_history_upgrades_from_this_version(tmp_path: Path) -> None:
    assert versions.older(tmp_path, "0" * 40) is versions.NEWER
