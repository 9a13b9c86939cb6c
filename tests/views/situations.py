"""Situations in which a page is looked at: a team's runs as they may stand, each made by the engine's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from dashboard.engine import asking, claims, holding, outcomes, reports, retrying, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.clock import later
from dashboard.engine.outcomes import Failure, LogLine, Origin
from dashboard.engine.questions import Question
from dashboard.engine.spending import Call, RunSpending, Usage
from dashboard.engine.tables import node
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import NodeAttempt, Team
from tests import factories
from tests.views.conftest import FILES, WISH, Lab, claim, fail, keep, start

IN_PASSING = Failure("ConnectionError", "the server is busy")

Paths = tuple[str, ...]


def empty(lab: Lab) -> Paths:
    """A team with a paper and no run."""
    return ()


def one(lab: Lab) -> Paths:
    """A run whose first node is ready."""
    return pages_of(start(lab), "first", "second")


def many(lab: Lab) -> Paths:
    """Thirty runs that failed, thirty under way of two workflows, and some that succeeded."""
    for _ in range(3):
        run_id = start(lab)
        outcomes.succeed(claim(), {})
        outcomes.succeed(claim(), {})
    _failed_ones(lab, 30)
    other = factories.definition()
    for number in range(30):
        workflow_id = (lab.definition_id, other.id)[number % 2]
        run_id = runs.create_and_start(workflow_id, lab.paper_id, lab.team_id, {}, None)
    return pages_of(run_id, "first")


def failed(lab: Lab) -> Paths:
    """A run that failed for good after two lines, with an earlier attempt; a node is blocked."""
    run_id = start(lab)
    outcomes.fail(claim(), IN_PASSING)
    _due(run_id)
    fail(claim(), "no")
    return pages_of(run_id, "first", "second")


def finished(lab: Lab) -> Paths:
    """A run that succeeded and left files, also of a report; another took its outputs instead of running."""
    workflow = factories.definition(nodes=[{"id": "first", "reuse": True}])
    first, taker = (runs.create_and_start(workflow.id, lab.paper_id, lab.team_id, {}, None) for _ in range(2))
    outcomes.succeed(claim(), {"pages": 12}, [keep(name, *file) for name, file in FILES.items()])
    ran = db.session.scalar(select(func.max(NodeAttempt.id)))
    outcomes.succeed(claim(), {"pages": 12}, origin=Origin("same", ran))
    return pages_of(first, "first") + pages_of(taker, "first")


def waiting(lab: Lab) -> Paths:
    """A run under way with a node in every kind of wait beside one that failed: for a parent, a worker, its turn,
    a retry, a person, a silent worker."""
    names = ("broken", "silent", "retried", "held", "unserved", "queued")
    nodes = [{"id": name, "queue": name} for name in names] + [{"id": "later"}, {"id": "blocked"}]
    workflow = factories.definition(nodes=nodes, edges=[["queued", "later"], ["broken", "blocked"]])
    runs.create_and_start(lab.definition_id, lab.paper_id, lab.team_id, {}, None)
    run_id = runs.create_and_start(workflow.id, lab.paper_id, lab.team_id, {}, None)
    reports.report("host:1", ["queued", "default"], 1)
    fail(_of("broken"), "no")
    _of("silent", lease_seconds=-5)
    outcomes.fail(_of("retried"), IN_PASSING)
    holding.hold(run_id, "held", "ask the chair", None)
    _age(run_id, "unserved")
    return pages_of(run_id, *names, "later", "blocked")


def paused(lab: Lab) -> Paths:
    """A run that somebody has paused."""
    run_id = start(lab)
    runs.pause(run_id, factories.user(factories.team()).id)
    return pages_of(run_id, "first", "second")


def asks(lab: Lab) -> Paths:
    """Nodes that asked a person and a model: one waits for its answer, one has it and stands in the queue."""
    workflow = factories.definition(nodes=[{"id": "first", "type": "langgraph"}])
    made = [runs.create_and_start(workflow.id, lab.paper_id, lab.team_id, {}, None) for _ in range(2)]
    for _ in made:
        asker = claim()
        spent = Call(f"call of {asker.run_id}", asker.id, "neurips/claims", "m", Usage(1000, 24, 1.5), 0.01)
        RunSpending(db.engine, asker.run_id, lambda _connection: None).reserve(spent)
        asking.ask(asker, [Question("use", "May we use it?", ("yes", "no"))])
    asking.answer(made[0], "first", "use", "yes", None)
    return pages_of(made[0], "first") + pages_of(made[1], "first")


def retried(lab: Lab) -> Paths:
    """A failed run that runs again: its first node is under way in its second attempt, with a log."""
    run_id = start(lab)
    fail(claim(), "no")
    retrying.retry(run_id, None, False, None, None)
    _log(claim())
    return pages_of(run_id, "first", "second")


ALL: tuple[Callable[[Lab], Paths], ...] = (empty, one, many, failed, finished, waiting, paused, asks, retried)


def pages_of(run_id: int, *node_ids: str) -> Paths:
    """The addresses of the run, of each tab of those nodes, and of their logs."""
    tabs = ("error", "input", "output", "artifacts", "attempts")
    nodes = [f"/runs/{run_id}/nodes/{node_id}" for node_id in node_ids]
    logs = [f"{one}/log{more}" for one in nodes for more in ("", "?level=error&q=no", "?line=2")]
    return (f"/runs/{run_id}", *(f"{one}?tab={tab}" for one in nodes for tab in tabs), *logs)


def _failed_ones(lab: Lab, number: int) -> None:
    """Each of a paper of its own: none replaces another."""
    team = db.session.get_one(Team, lab.team_id)
    for _ in range(number):
        runs.create_and_start(lab.definition_id, factories.paper(team).id, lab.team_id, {}, None)
        fail(claim(), "no")


def _of(queue: str, lease_seconds: float = 60) -> Claim:
    taken = claims.claim_next(Wish(queue, WISH.worker, lease_seconds))
    assert taken is not None
    return taken


def _due(run_id: int) -> None:
    with transaction() as connection:
        connection.execute(update(node).where(node.c.run_id == run_id).values(available_at=later(-1)))


def _age(run_id: int, node_id: str) -> None:
    """It has been ready for a minute."""
    of_it = (node.c.run_id == run_id, node.c.node_id == node_id)
    with transaction() as connection:
        connection.execute(update(node).where(*of_it).values(available_at=later(-60)))


def _log(taken: Claim) -> None:
    with transaction() as connection:
        lines = [LogLine(number, "info", "no news", datetime.now(UTC)) for number in range(1, 4)]
        outcomes.write_lines(connection, taken, lines)
