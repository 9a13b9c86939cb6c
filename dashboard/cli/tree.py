"""A run as a tree for the terminal: each node with its state, its time and why it waits or failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.text import Text
from rich.tree import Tree
from sqlalchemy import select

from dashboard.engine import progress, reuse
from dashboard.engine.errors import NotFoundError
from dashboard.engine.states import RUN_FINISHED, NodeStatus
from dashboard.extensions import db
from dashboard.models import NodeAttempt, WorkflowNode, WorkflowRun

STYLES = {
    NodeStatus.PENDING: ("·", "dim"),
    NodeStatus.READY: ("○", "cyan"),
    NodeStatus.HELD: ("‖", "yellow"),
    NodeStatus.RUNNING: ("▶", "bold cyan"),
    NodeStatus.SUCCEEDED: ("✓", "green"),
    NodeStatus.SKIPPED: ("↷", "dim"),
    NodeStatus.CANCELLED: ("⊘", "yellow"),
}
BAD = ("✗", "bold red")


def of_run(run_id: int, title: str = "") -> Tree:
    """The tree of a run as it stands now."""
    run = find(run_id)
    so_far = progress.of_run(run_id)
    heading = f"{title or f'Run {run.id}'}  {run.status}  {so_far.percentage:.0f} %"
    tree = Tree(Text(heading, style="bold"))
    reused = {node: f"reused from run {origin}" for node, origin in reuse.origins(run_id).items()}
    remarks = {**reused, **progress.why_waiting(run_id), **last_errors(run_id)}
    for node in nodes_of(run_id):
        tree.add(line(node, remarks.get(node.id, "")))
    return tree


def find(run_id: int) -> WorkflowRun:
    """The run, read afresh; NotFoundError when there is none."""
    db.session.remove()
    run = db.session.get(WorkflowRun, run_id)
    if run is None:
        raise NotFoundError(f"There is no run {run_id}.")
    return run


def is_finished(run_id: int) -> bool:
    return find(run_id).status in RUN_FINISHED


def nodes_of(run_id: int) -> Sequence[WorkflowNode]:
    """The nodes of a run, parents before children."""
    return db.session.scalars(
        select(WorkflowNode).where(WorkflowNode.run_id == run_id).order_by(WorkflowNode.position)
    ).all()


def last_errors(run_id: int) -> dict[int, str]:
    """The first line of the latest error of each node that has failed, by the node's row."""
    failed = (
        select(NodeAttempt.node_id, NodeAttempt.error_message)
        .join(WorkflowNode, WorkflowNode.id == NodeAttempt.node_id)
        .where(WorkflowNode.run_id == run_id, WorkflowNode.status.in_([NodeStatus.FAILED, NodeStatus.POISONED]))
        .where(NodeAttempt.attempt == WorkflowNode.attempt, NodeAttempt.error_message.is_not(None))
    )
    return {node: (message or "").strip().split("\n")[0] for node, message in db.session.execute(failed)}


def line(node: WorkflowNode, remark: str) -> Text:
    """One node: mark, name, state, attempts, time, remark."""
    mark, style = STYLES.get(NodeStatus(node.status), BAD)
    text = Text.assemble((f"{mark} {node.node_id:22}", style), (f" {node.status:15}", style), f" {elapsed(node):>8}")
    if node.attempt > 1:
        text.append(f"  attempt {node.attempt}", style="yellow")
    if remark:
        text.append(f"  {remark}", style="dim")
    return text


def elapsed(node: WorkflowNode) -> str:
    """How long the latest attempt took, or has taken so far."""
    if node.claimed_at is None:
        return ""
    end = node.finished_at or (datetime.now(UTC) if node.status == NodeStatus.RUNNING else node.claimed_at)
    return f"{max(0.0, (end - node.claimed_at).total_seconds()):.1f} s"
