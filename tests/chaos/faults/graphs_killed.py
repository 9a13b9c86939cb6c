"""kill -9 of the horse in each step of a LangGraph node: it goes on at that step, and no finished step runs again.

Protected by the checkpoint after every step, in the node's own thread.

Seen to fail: a saver that keeps nothing -> 5 finished steps that ran again, a run that is not succeeded.
"""

from __future__ import annotations

import signal

from sqlalchemy import select

from dashboard.engine.tables import attempt, node
from dashboard.engine.transactions import reading
from scripts.sessions import send
from tests.chaos.stage import Stage
from tests.chaos.stepping import BEGIN, STEPS, ended_twice, noted
from tests.chaos.trial import Trial
from tests.crowd.processes import children_of, wait_until

FAULT = "kill -9 of the work-horse within each step of a LangGraph node"
WHOLE = [*range(STEPS)]
_SUCCESSES = select(attempt.c.output).join(node, node.c.id == attempt.c.node_id).where(attempt.c.outcome == "succeeded")


def run(stage: Stage, scale: float) -> Trial:
    rounds, kills = max(1, round(10 * scale)), 0
    (worker,) = stage.workers(1)
    for number in range(rounds):
        notes = stage.folder / f"killed-{number}.notes"
        notes.write_text("")
        stage.start_workflow(1, nodes=[{"id": "only", "handler": "stepping", "config": {"notes": str(notes)}}])
        for step in range(STEPS):
            wait_until(lambda notes=notes, step=step: noted(notes, BEGIN, step) > 0, 30, stage.words)  # type: ignore[misc]
            for horse in children_of(worker.pid):
                send(horse, signal.SIGKILL)
                kills += 1
        stage.wait_all(60)
    again = sum(ended_twice(notes) for notes in stage.folder.glob("killed-*.notes"))
    found = {
        "a finished step that ran again": again,
        "a node whose state lacks or repeats a step": _wrong_states(stage),
    }
    broken = stage.broken() | {name: count for name, count in found.items() if count}
    return Trial(FAULT, kills, broken, stage.seconds, f"{rounds} nodes of {STEPS} steps, each step killed once")


def _wrong_states(stage: Stage) -> int:
    with reading() as connection:
        outputs = connection.execute(_SUCCESSES).scalars().all()
    return sum(output["taken"] != WHOLE for output in outputs)
