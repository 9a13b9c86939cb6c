"""A cohort whose papers have runs that looked outside, and a way to let the runs of a round look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.engine import cohorts
from dashboard.extensions import db
from dashboard.models import Recheck, Schedule, WorkflowDefinition
from jobs import bulk
from tests import factories
from tests.engine import steps

OUTSIDE: dict[str, Any] = {
    "nodes": [{"id": name, "handler": name, "queue": name} for name in ("validate_links", "fetch_repo")],
    "edges": [["validate_links", "fetch_repo"]],
}
CODE = "https://github.com/lab/tiny"


def links(**alive: bool | None) -> dict[str, Any]:
    """As validate_links tells of them."""
    told = [
        {"url": f"https://example.org/{name}", "alive": it, "note": "", "moved_to": ""} for name, it in alive.items()
    ]
    return {"links": told}


def repository(commit: str = "a" * 40) -> dict[str, Any]:
    """As fetch_repo tells of one; without a commit there is none any more."""
    told = {"found": bool(commit), "absent": not commit, "url": CODE, "commit": commit}
    return told if commit else {**told, "reason": "There is no public repository there."}


@dataclass
class Venue:
    """A cohort of papers on which one workflow has succeeded. All papers see the same world."""

    cohort_id: int
    team_id: int
    workflow: WorkflowDefinition
    links: Mapping[str, Any] = field(default_factory=lambda: links(data=True))
    repository: Mapping[str, Any] = field(default_factory=repository)

    def look(self, runs: int) -> None:
        """That many started runs look at links and repository, and end."""
        for node_id, output in (("validate_links", self.links), ("fetch_repo", self.repository)):
            for _ in range(runs):
                steps.pass_node(node_id, **output)

    def look_again(self, runs: int) -> None:
        """The same for runs that a round has yet to start."""
        assert bulk.carry_on() == runs
        self.look(runs)


def venue(papers: int, name: str = "MICCAI 2026") -> Venue:
    team, workflow = factories.team(), factories.definition(**OUTSIDE)
    made = Venue(cohorts.create(team.id, name, "", None), team.id, workflow)
    for _ in range(papers):
        paper = factories.paper(team)
        factories.started_run(paper, workflow)
        cohorts.add_papers(made.cohort_id, [paper.id], None)
    made.look(papers)
    return made


def schedule_of(cohort_id: int) -> Schedule | None:
    """Read afresh."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalar(select(Schedule).where(Schedule.cohort_id == cohort_id))


def rounds_of(cohort_id: int) -> list[Recheck]:
    """Its rounds, oldest first, read afresh."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Recheck).where(Recheck.cohort_id == cohort_id).order_by(Recheck.id)))


@pytest.fixture
def miccai(in_app: Flask) -> Venue:
    """Two papers, each with a link that answers and a repository."""
    return venue(2)
