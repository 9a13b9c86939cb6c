"""Workers of two versions, of which one has a handler more: nothing fails, and its nodes run where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.engine.states import RunStatus
from dashboard.engine.tables import attempt, node, run
from dashboard.extensions import db
from tests import factories
from tests.crowd import invariants
from tests.crowd.processes import crowd, wait_until
from tests.upgrade import sides

RUNS = 4
DAG: dict[str, Any] = {
    "nodes": [{"id": "first", "handler": "short_work"}, {"id": "second", "handler": "newcomer"},
              {"id": "third", "handler": "short_work"}],
    "edges": [["first", "second"], ["second", "third"]],
}  # fmt: skip

pytestmark = [pytest.mark.timeout(180), pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)]


def count(*conditions: object) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(select(func.count()).where(*conditions)).scalar_one())  # type: ignore[arg-type]


def workers_of(node_id: str) -> set[str]:
    wanted = select(attempt.c.worker).join(node, node.c.id == attempt.c.node_id).where(node.c.node_id == node_id)
    with db.engine.connect() as connection:
        return set(connection.execute(wanted).scalars())


def test_what_an_older_worker_does_not_know_is_left_to_a_newer_one(
    in_app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    paper, workflow = factories.paper(), factories.definition(**DAG)
    for _ in range(RUNS):
        factories.started_run(paper, workflow)
    with crowd({**environment, "SWEEP_SECONDS": "0.5"}, tmp_path, sides.MODULE) as people:
        people.join()
        people.join("sweeper")
        waits = node.c.wait_reason.contains("has the handler newcomer")
        wait_until(lambda: count(waits) > 0, 60, people.words)
        newer = people.join(HAS_NEWCOMER="1")
        wait_until(lambda: count(run.c.status == RunStatus.SUCCEEDED) == RUNS, 60, people.words)
    assert [name.rpartition(":")[2] for name in workers_of("second")] == [str(newer.pid)]
    assert count(attempt.c.outcome != "succeeded") == 0
    assert invariants.broken() == {}
