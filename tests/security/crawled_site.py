"""What the crawler walks through: a team with a run in each state and files of each kind, and another team's ids."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from dashboard.engine import bulk, cohorts, invitations, outcomes, resets, rubrics, saved_views, tokens, uploads
from dashboard.engine.uploads import Fate, Taken
from dashboard.extensions import db
from dashboard.models import NodeArtifact, Team, WorkflowNode
from tests import factories
from tests.browser import by_hand
from tests.views.conftest import FILES, PASSWORD_HASH, Lab, keep, make_lab, start


def furnish(lab: Lab) -> list[str]:
    """Something on every page of the lab's team; where to begin, so that each of its states is seen."""
    team, admin = db.session.get_one(Team, lab.team_id), factories.id_of(lab.emails["admin"])
    made = by_hand.in_each_state(team, admin)
    kept = [keep(name, kind, content) for name, (kind, content) in FILES.items()]
    run_id = by_hand.run_on(by_hand.paper(team, "A file of each kind"))
    outcomes.succeed(by_hand.claim(), {"pages": 12, "note": ["<i>"]}, kept)
    by_hand.finish(72.5)
    for title in ("Judged", "Judged too"):
        paper = by_hand.paper(team, title)
        by_hand.judge(paper, {"limitations": "met", "claims": "not_met"})
        cohorts.add_papers(cohorts.create(team.id, f"Venue of {title}", "", admin), [paper.id], admin)
    rubrics.save(team.id, "ours", rubrics.body(team.id, "neurips"), admin)
    saved_views.save(team.id, "Failed", {"status": "FAILED"}, admin)
    bulk.create(team.id, bulk.Verb.CANCEL, [run_id, made["cancelled"]], {}, admin)
    upload_id = uploads.begin(team.id, admin)
    uploads.keep(upload_id, Taken("all.zip: README.md", Fate.LEFT_OUT, message="It is not a PDF."))
    _to, invitation = invitations.make(team.id, "newcomer@example.org", "viewer", admin)
    tokens.make(admin, team.id, "a script", "read", 7)
    made.pop("long_paper")
    files = db.session.scalars(select(NodeArtifact.id).where(NodeArtifact.run_id == run_id))
    return [
        "/", f"/papers/uploads/{upload_id}", *(f"/runs/{key}" for key in made.values()),
        *(f"/runs/{key}/nodes/{node_id}" for key in made.values() for node_id in by_hand.NODES[:2]),
        *(f"/artifacts/{key}" for key in files), "/login", "/forgot", f"/reset/{resets.make(admin, None)}",
        f"/invitation/{invitation}", f"/runs/{run_id}/scores", "/settings/security/second-factor",
    ]  # fmt: skip


def foreign_ids() -> list[int]:
    """Ids of another team, of its papers, runs, files and cohorts."""
    other = make_lab()
    run_id = start(other)
    cohort_id = cohorts.create(other.team_id, "Theirs", "", None)
    return [other.team_id, other.paper_id, run_id, cohort_id, *_ids_of(run_id)]


def person(team_id: int, role: str) -> str:
    """The address of somebody new with that role; an operator is an admin who runs the site."""
    is_operator = role == "operator"
    team = db.session.get_one(Team, team_id)
    columns = {"password_hash": PASSWORD_HASH, "is_operator": is_operator}
    return factories.user(team, "admin" if is_operator else role, **columns).email


def _ids_of(run_id: int) -> Iterator[int]:
    for table in (WorkflowNode, NodeArtifact):
        yield from db.session.scalars(select(table.id).where(table.run_id == run_id))
