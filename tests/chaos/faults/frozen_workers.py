"""SIGSTOP of workers and their horses past the lease, then SIGCONT while another owner is at work.

The thawed handler is the worst there is: it ignores that it is stopped, writes a LangGraph checkpoint, keeps a file
and returns. All three must be refused, by the claim's token: the node is RUNNING, but it is another's.

Seen to fail: no token in the fence of the checkpoints -> 3 stale checkpoints accepted. No token in the UPDATE of
`succeed` alone is still caught by the unique (node, attempt); with a reaper that keeps no record of the crash
besides -> 3 succeeded nodes without exactly one committed attempt, 3 stale artifacts, 3 stale outputs.
"""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from sqlalchemy import func, select

from dashboard.engine.states import NodeStatus
from dashboard.engine.tables import artifact, attempt, node
from dashboard.models import LangGraphCheckpoint
from scripts.sessions import send
from tests.chaos.stage import Stage
from tests.chaos.stubborn import BEGUN, REFUSED, WRITTEN, tries
from tests.chaos.trial import Trial
from tests.crowd.processes import children_of, wait_until

FAULT = "SIGSTOP past the lease, then SIGCONT: stale completion, checkpoint and artifact"
AT_ONCE = 3
SHORT_LEASE = {"LEASE_SECONDS": "2"}
STALE = {
    "a checkpoint too many": select(
        func.count(LangGraphCheckpoint.checkpoint_id) - func.count(node.c.id.distinct())
    ).select_from(node.join(LangGraphCheckpoint, LangGraphCheckpoint.node_id == node.c.id)),
    "a stale artifact": select(func.count())
    .select_from(node.join(artifact, artifact.c.node_id == node.c.id))
    .where(artifact.c.attempt != node.c.committed_attempt),
    "a stale output": select(func.count())
    .select_from(node.join(attempt, attempt.c.node_id == node.c.id))
    .where(attempt.c.outcome == "succeeded", attempt.c.output["attempt"].as_integer() != node.c.attempt),
}


def run(stage: Stage, scale: float) -> Trial:
    notes = stage.folder / "frozen.notes"
    notes.write_text("")
    rounds = max(1, round(12 * scale))
    stage.crowd.join("sweeper")
    for _ in range(rounds):
        _freeze_and_thaw(stage, notes)
    refused, accepted = tries(notes, REFUSED), tries(notes, WRITTEN)
    found = {name: stage.count(query) for name, query in STALE.items()} | {"a stale checkpoint accepted": accepted}
    broken = stage.broken() | {name: count for name, count in found.items() if count}
    return Trial(FAULT, refused + accepted, broken, stage.seconds, f"{refused} stale checkpoints refused")


def _freeze_and_thaw(stage: Stage, notes: Path) -> None:
    """Freeze some workers, wait until others own their nodes, let the frozen go on, and see all runs end."""
    config, begun = {"notes": str(notes)}, tries(notes, BEGUN) + AT_ONCE
    frozen = [stage.crowd.join(**SHORT_LEASE) for _ in range(AT_ONCE)]
    stage.start_workflow(AT_ONCE, nodes=[{"id": "only", "handler": "stubborn", "config": config}])
    wait_until(lambda: tries(notes, BEGUN) == begun, 30, stage.words)
    horses = [horse for worker in frozen for horse in children_of(worker.pid)]
    for pid in [*(worker.pid for worker in frozen), *horses]:
        send(pid, signal.SIGSTOP)
    fresh = [stage.crowd.join() for _ in range(AT_ONCE)]
    second = select(func.count()).where(node.c.status == NodeStatus.RUNNING, node.c.attempt == 2)
    wait_until(lambda: stage.count(second) == AT_ONCE, 30, stage.words)
    _thaw(frozen, horses, notes)
    stage.wait_all(60)
    for worker in [*frozen, *fresh]:
        worker.terminate()
    for worker in [*frozen, *fresh]:
        stage.crowd.leave(worker)


def _thaw(workers: list[subprocess.Popen[bytes]], horses: list[int], notes: Path) -> None:
    """The horses first: a worker that wakes may kill the horse whose claim is lost before it could try anything."""
    begun = tries(notes, BEGUN)
    for pid in horses:
        send(pid, signal.SIGCONT)
    wait_until(lambda: tries(notes, REFUSED) + tries(notes, WRITTEN) == begun, 20, notes.read_text)
    for worker in workers:
        worker.send_signal(signal.SIGCONT)
