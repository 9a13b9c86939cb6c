"""The pages that are measured, as addresses in a seeded history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from benchmarks.seeding import people
from benchmarks.seeding.story import LONG_LOG_NODE, LONG_LOG_TITLE
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.extensions import db
from dashboard.models import Cohort, Membership, Paper, User, WorkflowNode, WorkflowRun


@dataclass(frozen=True)
class Place:
    """A page. `queries`: at most how many, None where the bars name no number. `is_list`: its statements must not grow
    with history. `is_alike`: it shows as much with little history as with much, so that times can be compared."""

    name: str
    address: str
    queries: int | None = None
    is_list: bool = False
    is_alike: bool = True


def team_id() -> int:
    """The team of whoever signs in: the largest."""
    wanted = select(Membership.team_id).join(User, User.id == Membership.user_id).where(User.email == people.email(1))
    return int(db.session.scalars(wanted.order_by(Membership.team_id)).first() or 0)


def pages() -> list[Place]:
    """Every page that is measured. Needs an application context on a seeded history."""
    run, paper = _runs(), _paper()
    node = f"/runs/{run['failed']}/nodes/{_node(run['failed'], NodeStatus.FAILED)}"
    deep, text = run["middle"], "federated"
    return [
        Place("home", "/", 6, is_list=True),
        Place("runs", "/runs", 4, is_list=True),
        Place("runs, deep", f"/runs?before={deep}", 4, is_list=True),
        Place("runs, oldest first", "/runs?order=oldest", 4, is_list=True),
        Place("runs, best first", "/runs?order=best", 4, is_list=True),
        Place("runs, longest first", "/runs?order=longest", 4, is_list=True),
        Place("runs, one state", "/runs?status=SUCCEEDED", 4, is_list=True),
        Place("runs, one workflow", f"/runs?workflow={people.WORKFLOW}", 4, is_list=True),
        Place("runs, title", f"/runs?q={text}", 4),
        Place("runs, input", f"/runs?input=lab-{paper}/", 4),
        Place("runs, nothing found", "/runs?q=nothing+is+called+this", 4),
        Place("run failed", f"/runs/{run['failed']}", 6),
        Place("run finished", f"/runs/{run['finished']}", 6),
        Place("run running", f"/runs/{run['running']}", 6),
        Place("run paused", f"/runs/{run['paused']}", 6),
        Place("node failed", f"{node}?tab=error", 6),
        Place("node output", f"/runs/{run['finished']}/nodes/aggregate_findings?tab=output", 6),
        Place("node input", f"/runs/{run['finished']}/nodes/aggregate_findings?tab=input", 6),
        Place("log", f"{node}/log", 3),
        Place("papers", "/papers", is_list=True),
        Place("papers, title", f"/papers?q={text}"),
        Place("paper", f"/papers/{paper}"),
        Place("paper, its runs", f"/papers/{paper}?view=runs"),
        Place("workflows", "/workflows"),
        Place("workflow", f"/workflows/{people.WORKFLOW}"),
        Place("cohorts", "/cohorts"),
        Place("cohort of 20 papers", f"/cohorts/{_cohort('Workshop 2023')}"),
        Place("cohort of 200 papers", f"/cohorts/{_cohort('Conference 2025')}", is_alike=False),
        Place("ops", "/ops", is_list=True),
        Place("audit", "/settings/audit", is_list=True),
    ]


def live_regions() -> list[Place]:
    """What lists ask again and again, as long as nothing changes."""
    return [
        Place("home", "/live"),
        Place("runs", "/runs/live"),
        Place("papers", "/papers/live"),
        Place("ops", "/ops/live"),
    ]


def long_log() -> str:
    """The address of the long log."""
    wanted = select(WorkflowRun.id).join(Paper, Paper.id == WorkflowRun.paper_id).where(Paper.title == LONG_LOG_TITLE)
    return f"/runs/{_first(wanted.order_by(WorkflowRun.id))}/nodes/{LONG_LOG_NODE}/log"


def _runs() -> dict[str, int]:
    """The team's newest run of each kind, and one with half of the history after it."""
    states = {"failed": RunStatus.FAILED, "finished": RunStatus.SUCCEEDED, "running": RunStatus.RUNNING,
              "paused": RunStatus.PAUSED}  # fmt: skip
    newest = {name: _run(WorkflowRun.status == status) for name, status in states.items()}
    return {**newest, "middle": _run(WorkflowRun.id < _run() // 2 + 2)}


def _run(*narrowed: ColumnElement[bool]) -> int:
    seeded = WorkflowRun.team_id == team_id(), WorkflowRun.paper_id.is_not(None)
    wanted = select(WorkflowRun.id).where(*seeded, *narrowed)
    return _first(wanted.order_by(WorkflowRun.id.desc()))


def _paper() -> int:
    """A paper whose newest run was judged."""
    judged = _run(WorkflowRun.status == RunStatus.SUCCEEDED)
    return _first(select(WorkflowRun.paper_id).where(WorkflowRun.id == judged))


def _cohort(name: str) -> int:
    return _first(select(Cohort.id).where(Cohort.team_id == team_id(), Cohort.name == name))


def _node(run_id: int, status: str) -> str:
    wanted = select(WorkflowNode.node_id).where(WorkflowNode.run_id == run_id, WorkflowNode.status == status)
    return str(db.session.scalars(wanted.limit(1)).one())


def _first(wanted: Any) -> int:
    return int(db.session.scalars(wanted.limit(1)).one())
