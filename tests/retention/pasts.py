"""Runs that ended long ago, with a log, an attempt that was replaced, and a file each."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Table, func, select, update

from dashboard.engine import artifacts, loose_files, outcomes, retention
from dashboard.engine.outcomes import KeptArtifact, LogLine
from dashboard.engine.retention import Removed
from dashboard.engine.tables import run
from dashboard.engine.transactions import reading, transaction
from dashboard.models import Paper
from tests import factories
from tests.engine import steps

AT = datetime(2020, 1, 1, tzinfo=UTC)


def line(number: int) -> LogLine:
    return LogLine(number, "info", f"line {number}", AT)


def finished_run(of: Paper, content: bytes = b"left", lines: int = 3, ends: str = "SUCCEEDED") -> int:
    """A run whose only node failed once, left that file and that many lines, and ended so, long ago."""
    run_id = factories.started_run(of, factories.definition(**steps.shape("a", max_attempts=5)))
    assert outcomes.fail(steps.claim("a"), steps.IN_PASSING, [line(1)]).landed
    with transaction() as connection:
        connection.exec_driver_sql("UPDATE workflow_node SET available_at = '2020-01-01' WHERE status = 'READY'")
    claim = steps.claim("a")
    stored = artifacts.store(content)
    kept = KeptArtifact("left.txt", "text/plain", stored.sha256, stored.bytes)
    said = [line(number) for number in range(1, lines + 1)]
    landing = (
        outcomes.succeed(claim, {}, [kept], said) if ends == "SUCCEEDED" else outcomes.fail(claim, steps.FOR_GOOD, said)
    )
    assert landing.landed
    end_long_ago(run_id)
    return run_id


def end_long_ago(run_id: int) -> None:
    """It ended in 2020, and every file was stored then."""
    with transaction() as connection:
        connection.execute(update(run).where(run.c.id == run_id).values(finished_at=AT))
        connection.execute(update(loose_files.loose).values(since=AT))


def remove_all() -> list[Removed]:
    """Every step that is due."""
    return list(retention.steps())


def count(table: Table, run_id: int) -> int:
    """How many rows of the run are left in a table that names it."""
    with reading() as connection:
        return connection.execute(select(func.count()).where(table.c.run_id == run_id)).scalar_one()


def attempts(run_id: int) -> list[int]:
    """The attempts of its node that are left."""
    return [one.attempt for one in steps.attempts_of(factories.node_of(run_id, "a").id)]
