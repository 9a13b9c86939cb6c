"""The ladder of objects tests stand on: team, user, paper, definition, run, then its nodes state by state.

Each rung is climbed with the engine's own verbs, so a test never starts from a state the engine cannot reach.
Needs an application context (`in_app`).
"""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dashboard.engine import claims, definitions, outcomes, papers, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.clock import now
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Membership, Paper, Team, User, WorkflowDefinition, WorkflowNode

_number = itertools.count(1)

SMALLEST_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def team(name: str = "") -> Team:
    """A team with nobody in it."""
    number = next(_number)
    with writing() as session:
        made = Team(name=name or f"Team {number}", slug=f"team-{number}", created_at=now())
        session.add(made)
    return made


def user(of: Team | None = None, role: str = "member", **columns: Any) -> User:
    """A person, in that team (or in a new one) with that role."""
    number = next(_number)
    of = of or team()
    with writing() as session:
        made = User(email=f"person{number}@example.org", name=f"Person {number}", created_at=now(), **columns)
        session.add(made)
        session.flush()
        session.add(Membership(team_id=of.id, user_id=made.id, role=role, created_at=now()))
    return made


def id_of(email: str) -> int:
    """The key of the person of that address."""
    return db.session.scalars(select(User.id).where(User.email == email)).one()


def paper(of: Team | None = None, content: bytes = b"", filename: str = "") -> Paper:
    """A paper of that team (or of a new one): a tiny PDF of its own unless its content is given."""
    number = next(_number)
    of = of or team()
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content or SMALLEST_PDF + b"%% paper %d\n" % number)
        file.flush()
        made, _is_new = papers.add(of.id, filename or f"paper-{number}.pdf", Path(file.name))
    return made


def definition(name: str = "", **dag: Any) -> WorkflowDefinition:
    """A workflow: `first` then `second`, unless nodes and edges are given."""
    nodes = dag.get("nodes", [{"id": "first", "handler": "first"}, {"id": "second", "handler": "second"}])
    edges = dag.get("edges", [["first", "second"]] if "nodes" not in dag else [])
    return definitions.save(name or f"workflow {next(_number)}", {"nodes": nodes, "edges": edges})


def run(of: Paper | None = None, workflow: WorkflowDefinition | None = None, **input_: Any) -> int:
    """The id of a run that was created and not yet started."""
    of, workflow = of or paper(), workflow or definition()
    return runs.create(workflow.id, of.id, of.team_id, input_, None)


def started_run(of: Paper | None = None, workflow: WorkflowDefinition | None = None, **input_: Any) -> int:
    """The id of a run whose first nodes are ready."""
    made = run(of, workflow, **input_)
    runs.start(made, None)
    return made


def node_of(run_id: int, node_id: str = "first") -> WorkflowNode:
    """A node of that run, read afresh."""
    db.session.rollback()
    return db.session.scalars(select(WorkflowNode).filter_by(run_id=run_id, node_id=node_id)).one()


def ready_node(**dag: Any) -> WorkflowNode:
    """The first node of a started run, which nobody has claimed."""
    made = definition(**dag)
    return node_of(started_run(workflow=made), made.dag["nodes"][0]["id"])


def claimed_node(worker: str = "tester", lease_seconds: float = 60, **dag: Any) -> Claim:
    """A node in the hands of a worker. Needs an empty queue: it claims the first ready node there is."""
    node = ready_node(**dag)
    claim = claims.claim_next(Wish(node.queue, worker, lease_seconds))
    assert claim is not None and claim.id == node.id
    return claim


def expired_node(worker: str = "tester", **dag: Any) -> Claim:
    """A node whose worker fell silent: its lease ran out a second ago."""
    return claimed_node(worker, lease_seconds=-1, **dag)


def succeeded_node(**output: Any) -> Claim:
    """A node that committed that output; `second` is ready."""
    claim = claimed_node()
    assert outcomes.succeed(claim, output).landed
    return claim


def failed_node(message: str = "it broke", **dag: Any) -> Claim:
    """A node that failed for good, and its run with it."""
    claim = claimed_node(**dag)
    assert outcomes.fail(claim, outcomes.Failure("ValueError", message, is_permanent=True)).landed
    return claim
