"""`flask logs`: what the nodes of a run wrote, oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click
from sqlalchemy import Row, Select, select

from dashboard.cli import tree
from dashboard.cli.command import command
from dashboard.cli.runs import run_argument
from dashboard.engine.errors import NotFoundError
from dashboard.engine.states import NodeStatus
from dashboard.extensions import db
from dashboard.models import NodeAttempt, NodeLog, WorkflowNode

FAILURES = (NodeStatus.FAILED, NodeStatus.POISONED)
AT_ONCE = 1000


@command("logs")
@run_argument
@click.argument("node", required=False)
@click.option("--failed", is_flag=True, help="Only nodes that failed.")
def logs(run: int, node: str | None, failed: bool) -> None:
    """Print the log of a run, or of one NODE of it, with the errors of its attempts."""
    tree.find(run)
    chosen = [each for each in tree.nodes_of(run) if node in (None, each.node_id)]
    if node is not None and not chosen:
        raise NotFoundError(f"Run {run} has no node {node!r}. `flask workflow-status {run}` lists them.")
    for each in chosen:
        if not failed or each.status in FAILURES:
            show(each)


def show(node: WorkflowNode) -> None:
    """Print a node's lines, then how its attempts failed."""
    for line in lines(node):
        click.echo(f"{line.at:%H:%M:%S} {node.node_id}#{line.attempt} {line.level:7} {line.message}")
    errors = select(NodeAttempt).where(NodeAttempt.node_id == node.id, NodeAttempt.error_message.is_not(None))
    for attempt in db.session.scalars(errors.order_by(NodeAttempt.attempt)):
        click.echo(f"{attempt.finished_at:%H:%M:%S} {node.node_id}#{attempt.attempt} {attempt.outcome}: "
                   f"{attempt.error_type}: {attempt.error_message}")  # fmt: skip


def lines(node: WorkflowNode) -> Iterator[Row[int, int, str, str, datetime]]:
    """A node's lines in order, fetched a thousand at a time."""
    last = (0, 0)
    while page := db.session.execute(page_after(node.id, last)).all():
        yield from page
        last = (page[-1].attempt, page[-1].line)


def page_after(node_id: int, last: tuple[int, int]) -> Select[int, int, str, str, datetime]:
    attempt, line = last
    beyond = (NodeLog.attempt > attempt) | ((NodeLog.attempt == attempt) & (NodeLog.line > line))
    columns = select(NodeLog.attempt, NodeLog.line, NodeLog.level, NodeLog.message, NodeLog.at)
    return columns.where(NodeLog.node_id == node_id, beyond).order_by(NodeLog.attempt, NodeLog.line).limit(AT_ONCE)
