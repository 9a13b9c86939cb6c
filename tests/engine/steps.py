"""Short words for what the engine's tests do: begin a run of a small shape, claim, pass and break its nodes.

Every node waits in a queue of its own name, so that a test claims exactly the node it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from dashboard.engine import claims, outcomes
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.outcomes import Failure, Landing
from dashboard.extensions import db
from dashboard.models import NodeAttempt, WorkflowNode, WorkflowRun
from tests import factories

FOR_GOOD = Failure("ValueError", "it broke", is_permanent=True)
IN_PASSING = Failure("ConnectionError", "the server is busy")


def shape(edges: str, **columns: Any) -> dict[str, Any]:
    """`a-c b-c` is a definition of three nodes, the columns given to each; a word without a dash is a node alone."""
    pairs = [word.split("-") for word in edges.split()]
    names = dict.fromkeys(name for pair in pairs for name in pair)
    nodes = [{"id": name, "handler": name, "queue": name, **columns} for name in names]
    return {"nodes": nodes, "edges": [pair for pair in pairs if len(pair) == 2]}


def begin(edges: str, **columns: Any) -> int:
    """The id of a started run of that shape."""
    return factories.started_run(workflow=factories.definition(**shape(edges, **columns)))


def claim(node_id: str, lease_seconds: float = 60) -> Claim:
    """The claim of that ready node."""
    found = claims.claim_next(Wish(node_id, "tester", lease_seconds))
    assert found is not None
    return found


def pass_node(node_id: str, **output: Any) -> Landing:
    """Claim that node and let it succeed."""
    return outcomes.succeed(claim(node_id), output)


def break_node(node_id: str) -> Landing:
    """Claim that node and let it fail for good."""
    return outcomes.fail(claim(node_id), FOR_GOOD)


def statuses(run_id: int) -> dict[str, str]:
    """Where each node of the run stands, read afresh."""
    db.session.expire_all()
    db.session.rollback()
    rows = db.session.execute(select(WorkflowNode.node_id, WorkflowNode.status).filter_by(run_id=run_id))
    return {row[0]: row[1] for row in rows}


def run_of(run_id: int) -> WorkflowRun:
    """The run, read afresh."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(WorkflowRun, run_id)


def attempts_of(node: int) -> list[NodeAttempt]:
    """What became of each claim of that node's row, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(NodeAttempt).filter_by(node_id=node).order_by(NodeAttempt.attempt)))


@contextmanager
def points(seen: list[str]) -> Iterator[None]:
    """Collect the names of the statements that run meanwhile."""

    def note(*arguments: Any) -> None:
        seen.append(arguments[4].execution_options.get("point", ""))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
