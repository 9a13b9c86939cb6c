"""The default workflow on one paper twice, by real workers: what depends on the paper alone is computed once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from dashboard.cli import workflows
from dashboard.engine import definitions, progress, reuse, runs
from dashboard.engine.states import RUN_FINISHED
from dashboard.extensions import db
from dashboard.models import NodeAttempt, WorkflowNode
from jobs.private_engine import PrivateEngine, private_engine
from tests import factories

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "good.pdf"
PURE = {"ingest_pdf", "extract_text", "render_pages", "screen_text", "extract_evidence", "check_repo"}

pytestmark = pytest.mark.timeout(180)


def test_the_second_run_takes_over_what_the_first_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERSNITCH_CHECK_LINKS", "0")
    with private_engine(tmp_path) as engine, engine.app.app_context():
        workflow = definitions.save("default", workflows.read(workflows.DEFAULT))
        paper = factories.paper(content=SAMPLE.read_bytes())
        first, second = (
            finished(engine, runs.create_and_start(workflow.id, paper.id, paper.team_id, {}, None)) for _ in range(2)
        )
        assert (reused(first), reused(second)) == (set(), PURE)
        assert set(reuse.origins(second).values()) == {first}
        assert outputs(second) == outputs(first)


def finished(engine: PrivateEngine, run_id: int) -> int:
    give_up = time.monotonic() + 120
    while progress.of_run(run_id).status not in RUN_FINISHED:
        engine.check()
        assert time.monotonic() < give_up, progress.of_run(run_id)
        time.sleep(0.1)
    assert progress.of_run(run_id).status == "SUCCEEDED"
    return run_id


def reused(run_id: int) -> set[str]:
    rows = reuse.origins(run_id)
    db.session.rollback()
    return set(db.session.scalars(select(WorkflowNode.node_id).where(WorkflowNode.id.in_(rows))))


def outputs(run_id: int) -> dict[str, object]:
    """What each node that may reuse handed on."""
    committed = (
        select(WorkflowNode.node_id, NodeAttempt.output)
        .join(NodeAttempt, NodeAttempt.node_id == WorkflowNode.id)
        .where(WorkflowNode.run_id == run_id, WorkflowNode.reuses)
        .where(NodeAttempt.attempt == WorkflowNode.committed_attempt)
    )
    db.session.rollback()
    return {row.node_id: row.output for row in db.session.execute(committed)}
