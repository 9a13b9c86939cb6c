"""Runs whose nodes the test itself carries out: brought into each state, or to a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from dashboard.engine import asking, claims, definitions, holding, outcomes, papers, runs, spending
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.questions import Question
from dashboard.extensions import db
from dashboard.models import Paper, Team, WorkflowDefinition
from tests import factories
from tests.engine.judged_runs import findings, kept, output_of
from tests.views.conftest import fail

BY_HAND = "by-hand"  # a queue that no worker serves
WISH = Wish(BY_HAND, "a worker of the test", 3600)
NODES = ("aggregate_findings", "compute_score", "generate_report")
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


def paper(team: Team, title: str) -> Paper:
    made = factories.paper(team)
    papers.entitle(made.id, title)
    return made


def run_on(of: Paper, by: int | None = None) -> int:
    """The id of a run of that paper, whose first node is ready."""
    return runs.create_and_start(_workflow().id, of.id, of.team_id, {}, by)


def claim() -> Claim:
    """The first ready node of all these runs."""
    taken = claims.claim_next(WISH)
    assert taken is not None
    return taken


def finish(score: float) -> None:
    """Carry out the last two nodes."""
    outcomes.succeed(claim(), {"overall": {"score": score}})
    outcomes.succeed(claim(), {"score": score})


def judge(of: Paper, answers: Mapping[str, str]) -> int:
    """The id of a run of that paper whose checks gave those answers."""
    run_id, by_rubric = run_on(of), {"neurips": answers}
    outcomes.succeed(claim(), output_of(by_rubric, "c0ffee"), [kept("findings.json", findings(by_rubric, "c0ffee"))])
    met, not_met = (list(answers.values()).count(answer) for answer in ("met", "not_met"))
    finish(round(100 * met / max(1, met + not_met)))
    return run_id


def in_each_state(team: Team, by: int) -> dict[str, int]:
    """A run in each state, by name, each on a paper of its own; the first two papers have a title that is too long."""
    found: dict[str, int] = {}
    for number, (name, step) in enumerate(STEPS.items()):
        of = paper(team, LONG if number < 2 else TITLES[number])
        found.setdefault("long_paper", of.id)
        found[name] = run_on(of, by)
        step(claim())
    return found


def _fail(own: Claim) -> None:
    fail(own, f"the host said <no> {'and ' * 30}that_was_that_without_a_space_" + "x" * 120)


def _pause(own: Claim) -> None:
    outcomes.succeed(own, {})
    runs.pause(own.run_id, None)


def _hold(own: Claim) -> None:
    outcomes.succeed(own, {})
    holding.hold(own.run_id, NODES[1], "The chair wants to look at the findings first.", None)


def _ask(own: Claim) -> None:
    asking.ask(own, QUESTIONS)


def _ask_and_answer(own: Claim) -> None:
    asking.ask(own, QUESTIONS)
    asking.answer(own.run_id, NODES[0], "licence", "no", None)


def _cancel(own: Claim) -> None:
    outcomes.succeed(own, {})
    runs.cancel(own.run_id, None)


def _spend(own: Claim) -> None:
    """It goes on, and has asked a model."""
    ledger = spending.RunSpending(db.engine, own.run_id, lambda _: None)
    for number, model in enumerate(("openai:gpt-5-mini", "ollama:qwen3:8b")):
        used = spending.Usage(48_211, 3_302, 71.5)
        call = spending.Call(f"call {number}", own.id, "neurips/claims", model, used, None if number else 0.0187)
        ledger.reserve(call)
        ledger.settle(call)


STEPS = {
    "failed": _fail, "asking": _ask, "failed_too": _fail, "running": _spend, "paused": _pause, "held": _hold,
    "half_answered": _ask_and_answer, "cancelled": _cancel,
}  # fmt: skip


def _workflow() -> WorkflowDefinition:
    """Three nodes that wait for the test; the same at each call."""
    nodes = [{"id": name, "handler": name, "queue": BY_HAND} for name in NODES]
    nodes[0]["type"] = "langgraph"
    return definitions.save("read_by_hand", {"nodes": nodes, "edges": [*pairwise(NODES)]})
