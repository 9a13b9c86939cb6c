"""Handlers edit what they were given and what they returned, in place: neither the database nor others see it.

Protected by the runner, which keeps a copy of the output, and by the workbench, which reads afresh for each attempt.

Seen to fail: attempts of one run share what they read -> the third node of all 5 runs sees the second's edits.
"""

from __future__ import annotations

from sqlalchemy import select

from dashboard.engine.tables import attempt, node
from dashboard.extensions import db
from tests import factories
from tests.chaos.once import not_at_once
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "in-place JSON edits"
CONFIG = {"list": ["as configured"]}
NODES = [
    {"id": "first", "handler": "edited later"},
    {"id": "second", "handler": "edits what it sees", "config": CONFIG},
    {"id": "third", "handler": "tells what it sees", "config": CONFIG},
]
EDGES = [["first", "second"], ["second", "third"]]
EXPECTED = {"output": {"list": ["as returned"]}, "input": {"list": ["as given"]}, "config": CONFIG}


def run(stage: Stage, scale: float) -> Trial:
    runs = max(5, round(200 * scale))
    workflow, of = factories.definition(nodes=NODES, edges=EDGES), factories.paper()
    for _ in range(runs):
        factories.started_run(of, workflow, list=["as given"])
    stage.workers(1)
    stage.wait_all(30 + runs)
    outputs = select(node.c.node_id, attempt.c.output).join(attempt, attempt.c.node_id == node.c.id)
    with db.engine.connect() as connection:
        rows = connection.execute(outputs).all()
    stored = sum(row.output != EXPECTED["output"] for row in rows if row.node_id == "first")
    seen = sum(row.output != EXPECTED for row in rows if row.node_id == "third")
    counts = {"an edited output in the database": stored, "an edit that another node saw": seen}
    broken = stage.broken() | not_at_once(stage) | {name: count for name, count in counts.items() if count}
    return Trial(FAULT, 2 * runs, broken, stage.seconds, f"{runs} runs")
