"""Who is in the history: teams of unlike sizes, their people, papers and cohorts, and the workflow in its versions."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard import passwords
from dashboard.cli import workflows
from dashboard.engine import dag, definitions
from dashboard.engine.clock import now
from dashboard.engine.dag import Dag
from dashboard.engine.transactions import writing
from dashboard.models import Membership, Team, User

PASSWORD = "correct horse battery"
ROLES = ("admin", "member", "member", "viewer")
WORKFLOW = "pdf_analysis"
VERSIONS = 3
LEFT_OUT = frozenset({"render_pages", "screen_text"})  # eleven nodes are left
RUNS_A_PAPER = 5
TITLES = (
    "learning sparse robust federated causal neural retrieval vision segmentation transformers diffusion graphs "
    "benchmarks uncertainty calibration speech contrastive tumours vessels proteins reasoning efficient privacy"
)
WORDS = TITLES.split()


@dataclass(frozen=True)
class Lab:
    """A team with its people; `share` is which part of all runs are its own."""

    id: int
    users: Sequence[int]
    share: float


@dataclass(frozen=True)
class Workflow:
    """A version of the workflow."""

    id: int
    shape: Dag


def labs(number: int) -> list[Lab]:
    """Teams of which the second has half as many runs as the first, the third a third, and so on.

    Everybody signs in with `PASSWORD`; the first team's admin, `email(1)`, is an operator too.
    """
    password = passwords.hash_of(PASSWORD)
    whole = sum(1 / place for place in range(1, number + 1))
    return [_lab(place, password, 1 / place / whole) for place in range(1, number + 1)]


def email(team: int, person: int = 1) -> str:
    """The address of a team's person: the first is its admin, the last a viewer."""
    return f"person{person}@team{team}.example"


def workflow_versions() -> list[Workflow]:
    """The default workflow without the nodes that are left out, oldest version first."""
    record = workflows.read(workflows.DEFAULT)
    nodes = [node for node in record["nodes"] if node["id"] not in LEFT_OUT]
    edges = [edge for edge in record["edges"] if not LEFT_OUT & {*edge}]
    saved = []
    for version in range(VERSIONS):
        timed = [{**node, "timeout_seconds": node.get("timeout_seconds", 900) + version} for node in nodes]
        saved.append(definitions.save(WORKFLOW, {"nodes": timed, "edges": edges}, input_schema=record["input_schema"]))
    return [Workflow(one.id, dag.from_record(one.dag)) for one in saved]


def paper(key: int, lab: Lab, at: datetime, chance: random.Random) -> dict[str, Any]:
    """The row of a paper whose file is in no store."""
    title = " ".join(chance.sample(WORDS, 6)).capitalize()
    return {
        "id": key, "team_id": lab.id, "title": f"{title} ({key})", "filename": f"paper-{key}.pdf",
        "sha256": hashlib.sha256(f"paper {key}".encode()).hexdigest(), "bytes": chance.randrange(200_000, 9_000_000),
        "uploaded_by": chance.choice(lab.users), "created_at": at - timedelta(minutes=5),
    }  # fmt: skip


def _lab(place: int, password: str, share: float) -> Lab:
    with writing() as session:
        team = Team(name=f"Laboratory {place}", slug=f"laboratory-{place}", created_at=now())
        session.add(team)
        people = [
            User(email=email(place, number), name=f"Person {number} of {place}", password_hash=password,
                 is_operator=(place, number) == (1, 1), created_at=now())
            for number in range(1, len(ROLES) + 1)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        for role, person in zip(ROLES, people, strict=True):
            session.add(Membership(team_id=team.id, user_id=person.id, role=role, created_at=now()))
    return Lab(team.id, [person.id for person in people], share)
