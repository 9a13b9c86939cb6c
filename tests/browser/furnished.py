"""A team with something on every page: runs in each state, rulings, rubrics, cohorts, files of each kind."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dashboard import first_start, passwords
from dashboard.engine import (
    asking,
    claims,
    cohorts,
    definitions,
    holding,
    outcomes,
    papers,
    progress,
    rescoring,
    rubrics,
    rulings,
    runs,
    spending,
)  # fmt: skip
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.outcomes import KeptArtifact
from dashboard.engine.questions import Question
from dashboard.engine.states import RUN_FINISHED
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.judging.evidence import Answer
from dashboard.models import NodeArtifact, Paper, Team, User, WorkflowDefinition
from tests import factories
from tests.browser.conftest import PASSWORD, Site
from tests.engine.judged_runs import findings, kept, output_of
from tests.views.conftest import FILES, fail, keep

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
BY_HAND = "by-hand"  # a queue that no worker serves
WISH = Wish(BY_HAND, "a worker of the test", 3600)
RULED = (
    ("one", "limitations", "met"), ("one", "error_bars", "met"), ("one", "open_access", "not_met"),
    ("one", "reproducibility", "met"), ("other", "limitations", "met"), ("other", "error_bars", "not_met"),
    ("other", "open_access", "not_met"), ("other", "experimental_setting", "met"), ("one", "error_bars", "not_met"),
)  # fmt: skip
FLIPPED = {"experimental_setting": "not_met", "limitations": "not_met", "compute": "not_met", "theory": "met"}
NODES = ("aggregate_findings", "compute_score", "generate_report")
PATIENCE_SECONDS = 120
QUESTIONS = (
    Question("licence", "The repository carries no licence. May its code be quoted in the report?", ("yes", "no")),
    Question("why", f"What are the data of {'http://data.example.org/' + 'a' * 90} meant for?"),
)
LONG = (
    "Bayesian Uncertainty-Aware Segmentation of Retinal Vessels in Ultra-Widefield Fluorescein Angiography with "
    "Semi-Supervised_Pseudo_Label_Refinement_And_A_Word_That_Will_Not_Break_Anywhere_At_All: A Multi-Centre Study"
)
TITLES = (
    "Self-Supervised Denoising of Low-Dose CT", "Diffusion Priors for Accelerated MRI", "Vessel Trees from OCT-A",
    "Federated Polyp Detection", "Prompting Foundation Models for Organ Segmentation", "Weak Labels in Pathology",
    "Uncertainty for Dose Prediction", "Registration without Ground Truth", "Few-Shot Lesion Grading", "Cell Counting",
    "Synthetic Ultrasound for Training", "Graph Networks on Brain Connectomes",
)  # fmt: skip

Places = dict[str, int | str]


def furnish(site: Site) -> Places:
    """Fill the site's team; the ids by which its pages are reached, by name."""
    with site.engine.app.app_context():
        team, admin = db.session.scalars(select(Team)).one(), db.session.scalars(select(User)).one()
        places: Places = {"welcome": _welcome(admin), "viewer": _viewer(team)}
        places |= _samples(site, team, admin)
        places |= _states(team, admin)
        places |= _files(team)
        places |= _judgements(team, admin, places)
        return places | _cohorts(team, admin)


def _welcome(admin: User) -> str:
    """A link as of the first start, made before anybody was there; the admin runs the site too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first_start, "has_people", lambda: False)
        link = first_start.make_link("")
    with writing():
        admin.is_operator = True
    return link


def _viewer(team: Team) -> str:
    return factories.user(team, "viewer", password_hash=passwords.hash_of(PASSWORD)).email


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


def _states(team: Team, admin: User) -> Places:
    """A run in each state, each on a paper of its own; the first two papers have a title that is too long."""
    found: Places = {}
    for number, (name, step) in enumerate(STEPS.items()):
        paper = _paper(team, LONG if number < 2 else TITLES[number])
        found.setdefault("long_paper", paper.id)
        run_id = runs.create_and_start(_workflow().id, paper.id, team.id, {}, admin.id)
        step(run_id, _claim())
        found[name] = run_id
    return found


def _fail(_run_id: int, claim: Claim) -> None:
    fail(claim, f"the host said <no> {'and ' * 30}that_was_that_without_a_space_" + "x" * 120)


def _pause(run_id: int, claim: Claim) -> None:
    outcomes.succeed(claim, {})
    runs.pause(run_id, None)


def _hold(run_id: int, claim: Claim) -> None:
    outcomes.succeed(claim, {})
    holding.hold(run_id, NODES[1], "The chair wants to look at the findings first.", None)


def _ask(_run_id: int, claim: Claim) -> None:
    asking.ask(claim, QUESTIONS)


def _ask_and_answer(run_id: int, claim: Claim) -> None:
    asking.ask(claim, QUESTIONS)
    asking.answer(run_id, NODES[0], "licence", "no", None)


def _cancel(run_id: int, claim: Claim) -> None:
    outcomes.succeed(claim, {})
    runs.cancel(run_id, None)


def _spend(_run_id: int, claim: Claim) -> None:
    """It goes on, and has asked a model."""
    ledger = spending.RunSpending(db.engine, claim.run_id, lambda _: None)
    for number, model in enumerate(("openai:gpt-5-mini", "ollama:qwen3:8b")):
        used = spending.Usage(48_211, 3_302, 71.5)
        call = spending.Call(f"call {number}", claim.id, "neurips/claims", model, used, None if number else 0.0187)
        ledger.reserve(call)
        ledger.settle(call)


STEPS = {
    "failed": _fail, "asking": _ask, "failed_too": _fail, "running": _spend, "paused": _pause, "held": _hold,
    "half_answered": _ask_and_answer, "cancelled": _cancel,
}  # fmt: skip


def _files(team: Team) -> Places:
    """A run that left a file of each kind; the ids of the files, by name."""
    run_id = runs.create_and_start(_workflow().id, _paper(team, "A file of each kind").id, team.id, {}, None)
    outcomes.succeed(_claim(), {"pages": 12}, [keep(name, kind, content) for name, (kind, content) in FILES.items()])
    _finish({"score": 72.5})
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
    return {"flipped": judge(db.session.get_one(Paper, sampled["paper"]), FLIPPED)}


def _cohorts(team: Team, admin: User) -> Places:
    """Two cohorts of judged papers, and one that is empty."""
    chance = random.Random(7)
    found: Places = {"empty_cohort": cohorts.create(team.id, "Not yet filled", "", admin.id)}
    for name, year, luck in (("cohort", 2025, 0.5), ("other_cohort", 2026, 0.7)):
        key = cohorts.create(team.id, f"Example venue {year}", "Invented papers with invented answers.", admin.id)
        members = [_paper(team, title) for title in (*TITLES, f"{LONG}, {year}")]
        for paper in members[:-2]:
            judge(paper, _answers(team, chance, luck))
        cohorts.add_papers(key, [paper.id for paper in members], admin.id)
        found[name] = key
    return found


def _answers(team: Team, chance: random.Random, luck: float) -> dict[str, str]:
    shares = (luck, 0.8 - luck, 0.12, 0.08)
    criteria = rubrics.resolve(team.id, "neurips").criteria
    return {one.id: chance.choices([str(answer) for answer in Answer], shares)[0] for one in criteria}


def judge(paper: Paper, answers: Mapping[str, str]) -> int:
    """The id of a run of that paper whose checks gave those answers."""
    run_id = runs.create_and_start(_workflow().id, paper.id, paper.team_id, {}, None)
    by_rubric = {"neurips": answers}
    outcomes.succeed(_claim(), output_of(by_rubric, "c0ffee"), [kept("findings.json", findings(by_rubric, "c0ffee"))])
    met, not_met = (list(answers.values()).count(answer) for answer in ("met", "not_met"))
    _finish({"score": round(100 * met / max(1, met + not_met))})
    return run_id


def _finish(last: dict[str, Any], *files: KeptArtifact) -> None:
    outcomes.succeed(_claim(), {"overall": last})
    outcomes.succeed(_claim(), last, files)


def _workflow() -> WorkflowDefinition:
    """Three nodes that wait for the test itself; the same at each call."""
    nodes = [{"id": name, "handler": name, "queue": BY_HAND} for name in NODES]
    nodes[0]["type"] = "langgraph"
    return definitions.save("read_by_hand", {"nodes": nodes, "edges": [*pairwise(NODES)]})


def _claim() -> Claim:
    claim = claims.claim_next(WISH)
    assert claim is not None
    return claim


def _paper(team: Team, title: str) -> Paper:
    made = factories.paper(team)
    papers.entitle(made.id, title)
    return made
