"""A team with something on every page: runs in each state, rulings, rubrics, cohorts, files of each kind."""

from __future__ import annotations

import random
import re
import time
from collections import deque
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from dashboard import first_start, passwords
from dashboard.engine import (
    bulk,
    cohorts,
    definitions,
    invitations,
    outcomes,
    papers,
    progress,
    rescoring,
    resets,
    rubrics,
    rulings,
    runs,
    saved_views,
    tokens,
    uploads,
    webhooks,
)
from dashboard.engine.notices import Event
from dashboard.engine.states import RUN_FINISHED, NodeStatus
from dashboard.engine.transactions import writing
from dashboard.engine.uploads import Fate, Taken, Terms
from dashboard.extensions import db
from dashboard.judging.evidence import Answer
from dashboard.models import NodeArtifact, Paper, Team, User, WorkflowNode
from tests import factories
from tests.browser import by_hand, rechecked, workflows
from tests.browser.conftest import PASSWORD, Site
from tests.views.conftest import FILES, keep

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
RULED = (
    ("one", "limitations", "met"), ("one", "error_bars", "met"), ("one", "open_access", "not_met"),
    ("one", "reproducibility", "met"), ("other", "limitations", "met"), ("other", "error_bars", "not_met"),
    ("other", "open_access", "not_met"), ("other", "experimental_setting", "met"), ("one", "error_bars", "not_met"),
)  # fmt: skip
FLIPPED = {"experimental_setting": "not_met", "limitations": "not_met", "compute": "not_met", "theory": "met"}
PATIENCE_SECONDS = 120
Places = dict[str, int | str]


def furnish(site: Site) -> Places:
    """Fill the site's team; the ids by which its pages are reached, by name."""
    with site.engine.app.app_context():
        team, admin = db.session.scalars(select(Team)).one(), db.session.scalars(select(User)).one()
        places: Places = {"welcome": _welcome(admin), "viewer": _viewer(team), **_links(team, admin)}
        places |= _samples(site, team, admin)
        places |= by_hand.in_each_state(team, admin.id)
        places |= _in_hand(int(places["running"])) | workflows.furnish(team, admin.id)
        places |= _files(team)
        places |= _judgements(team, admin, places)
        places |= _cohorts(team, admin)
        return places | _bulk(team, admin, places) | _upload(team, admin)


def _welcome(admin: User) -> str:
    """A link as of the first start, made before anybody was there; the admin runs the site too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first_start, "has_people", lambda: False)
        link = first_start.make_link("")
    with writing():
        admin.is_operator = True
    return link


def _links(team: Team, admin: User) -> Places:
    """Somebody invited, a link to a new password, a token for a program, and a webhook that leads nowhere."""
    webhooks.add(team.id, "https://127.0.0.1:9/told/of/papers", [Event.FAILED, Event.BATCH_DONE], admin.id)
    tokens.make(admin.id, team.id, "Upload script", "write", 90)
    _to, invitation = invitations.make(team.id, "newcomer@example.org", "member", admin.id)
    return {"invitation": f"/invitation/{invitation}", "reset": f"/reset/{resets.make(admin.id, None)}"}


def _viewer(team: Team) -> str:
    viewer = factories.user(team, "viewer", password_hash=passwords.hash_of(PASSWORD))
    tokens.make(viewer.id, team.id, "Screen in the corridor", "read", 365)
    return viewer.email


def _samples(site: Site, team: Team, admin: User) -> Places:
    """Both samples, really checked, the good one twice."""
    workflow = definitions.active("pdf_analysis")
    added = {name: papers.add(team.id, f"{name}.pdf", SAMPLES / f"{name}.pdf")[0].id for name in ("good", "poor")}
    found = {name: runs.create_and_start(workflow.id, paper, team.id, {}, admin.id) for name, paper in added.items()}
    _await(site, *found.values())
    found["again"] = runs.create_and_start(workflow.id, added["good"], team.id, {}, admin.id)
    _await(site, found["again"])
    return {**found, "paper": added["good"], "paper_of_poor": added["poor"], "report": _report(found["good"])}


def _report(run_id: int) -> int:
    named = select(NodeArtifact.id).where(NodeArtifact.run_id == run_id, NodeArtifact.name == "report.html")
    return db.session.scalars(named).one()


def _await(site: Site, *run_ids: int) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while any(progress.of_run(run_id).status not in RUN_FINISHED for run_id in run_ids):
        site.engine.check()
        assert time.monotonic() < give_up
        time.sleep(0.1)


def _in_hand(run_id: int) -> Places:
    """The row of that run's node which a worker has."""
    running = select(WorkflowNode.id).where(WorkflowNode.run_id == run_id, WorkflowNode.status == NodeStatus.RUNNING)
    return {"in_hand": db.session.scalars(running).one()}


def _files(team: Team) -> Places:
    """A run that left a file of each kind; the ids of the files, by name."""
    run_id = by_hand.run_on(by_hand.paper(team, "A file of each kind"))
    kept = [keep(name, kind, content) for name, (kind, content) in FILES.items()]
    outcomes.succeed(by_hand.claim(), {"pages": 12}, kept)
    by_hand.finish(72.5)
    rows = db.session.execute(select(NodeArtifact.name, NodeArtifact.id).where(NodeArtifact.run_id == run_id))
    return {"finished": run_id, **{row.name.replace(".", "_"): row.id for row in rows}}


def _judgements(team: Team, admin: User, sampled: Places) -> Places:
    """A rubric of the team's own in two versions, a run scored by it, and what two people said of that run."""
    body = rubrics.body(team.id, "neurips")
    for title in ("What our lab asks", "What our lab asks of papers and of the code that is said to go with them"):
        rubrics.save(team.id, "ours", re.sub("^title:.*", f"title: {title}", body), admin.id)
    run_id = int(sampled["good"])
    rescoring.rescore(run_id, "ours", admin.id)
    people = {"one": admin, "other": factories.user(team)}
    for who, criterion, answer in RULED:
        rulings.rule(run_id, "neurips", criterion, answer, "I read section 5 and its table.", people[who].id)
    return {"flipped": by_hand.judge(db.session.get_one(Paper, sampled["paper"]), FLIPPED)}


def _cohorts(team: Team, admin: User) -> Places:
    """Two cohorts of judged papers, the second rechecked, and one that is empty."""
    chance = random.Random(7)
    found: Places = {"empty_cohort": cohorts.create(team.id, "Not yet filled", "", admin.id)}
    for name, year, luck in (("cohort", 2025, 0.5), ("other_cohort", 2026, 0.7)):
        key = cohorts.create(team.id, f"Example venue {year}", "Invented papers with invented answers.", admin.id)
        members = [by_hand.paper(team, title) for title in (*by_hand.TITLES, f"{by_hand.LONG}, {year}")]
        for paper in members[:-2]:
            by_hand.judge(paper, _answers(team, chance, luck))
        cohorts.add_papers(key, [paper.id for paper in members], admin.id)
        found[name] = key
    return found | {"recheck": rechecked.recheck(key, members, admin.id)}


def _answers(team: Team, chance: random.Random, luck: float) -> dict[str, str]:
    shares = (luck, 0.8 - luck, 0.12, 0.08)
    criteria = rubrics.resolve(team.id, "neurips").criteria
    return {one.id: chance.choices([str(answer) for answer in Answer], shares)[0] for one in criteria}


def _bulk(team: Team, admin: User, made: Places) -> Places:
    """A filter that was given a name, and an act on two runs, which both refuse."""
    saved_views.save(team.id, "What failed of late in the workflow read by hand", {"status": "FAILED"}, admin.id)
    over = [int(made[name]) for name in ("good", "cancelled")]
    return {"bulk": bulk.create(team.id, bulk.Verb.CANCEL, over, {}, admin.id)}


def _upload(team: Team, admin: User) -> Places:
    """An upload of which one file was added, one was there, one is no paper and one could not be taken."""
    upload_id = uploads.begin(team.id, admin.id)
    terms = Terms(team.id, admin.id, None, 10**6, 10**6)
    for name, content in (("new.pdf", b"%PDF-new"), ("the same.pdf", b"%PDF-new"), ("not one.pdf", b"hello")):
        deque(uploads.take_in(upload_id, name, BytesIO(content), terms), maxlen=0)
    uploads.keep(upload_id, Taken("all.zip: papers/README.md", Fate.LEFT_OUT, message="It is not a PDF."))
    return {"upload": upload_id}
