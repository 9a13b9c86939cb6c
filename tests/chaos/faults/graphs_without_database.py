"""The database killed and started again while LangGraph nodes are in the middle of their steps.

Protected by the saver, which makes a write again when the connection broke, and by the lease, which outlasts the
outage: the node goes on in the same attempt.

Seen to fail: a saver that writes once -> 2 nodes that ran more than once, 2 finished steps that ran again.
"""

from __future__ import annotations

import time

from tests.chaos.once import not_at_once
from tests.chaos.stage import Stage
from tests.chaos.stepping import BEGIN, STEPS, ended_twice, noted
from tests.chaos.trial import Trial
from tests.crowd.processes import wait_until

FAULT = "database killed and restarted in the middle of a LangGraph node"
NODES = 2


def run(stage: Stage, scale: float) -> Trial:
    rounds = max(1, round(10 * scale))
    stage.workers(NODES, LEASE_SECONDS="20")
    for number in range(rounds):
        notes = stage.folder / f"cut-{number}.notes"
        notes.write_text("")
        config = {"notes": str(notes), "bytes": 2**20}
        stage.start_workflow(NODES, nodes=[{"id": "only", "handler": "stepping", "config": config}])
        wait_until(lambda notes=notes, step=number % STEPS: noted(notes, BEGIN, step) == NODES, 30, stage.words)  # type: ignore[misc]
        stage.kill_database()
        time.sleep(0.5)
        stage.start_database()
        stage.wait_all(60)
    again = sum(ended_twice(notes) for notes in stage.folder.glob("cut-*.notes"))
    broken = stage.broken() | not_at_once(stage) | ({"a finished step that ran again": again} if again else {})
    return Trial(FAULT, rounds, broken, stage.seconds, f"{NODES} nodes with 1 MiB more in each of {STEPS} steps")
