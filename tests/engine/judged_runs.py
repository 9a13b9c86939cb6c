"""Runs that were judged: their aggregate_findings node has committed answers to a small rubric."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dashboard.engine import artifacts, claims, outcomes
from dashboard.engine.claims import Wish
from dashboard.engine.outcomes import KeptArtifact
from dashboard.models import Paper
from tests import factories

NODES: dict[str, Any] = {
    "nodes": [{"id": name, "handler": name} for name in ("aggregate_findings", "compute_score", "generate_report")],
    "edges": [["aggregate_findings", "compute_score"], ["compute_score", "generate_report"]],
}
ANSWERS = {"limitations": "met", "error_bars": "not_met", "claims": "not_assessed"}
VERSIONS = {"neurips": "2025.1", "ml_code_completeness": "2020.1"}
CODE = {"training_code": "met", "dependencies": "not_met"}


def judged_run(
    paper: Paper | None = None, neurips: Mapping[str, str] | None = None, commit: str = "c0ffee", score: int = 50
) -> int:
    """The id of a finished run whose checks answered those criteria of two rubrics."""
    run_id = factories.started_run(paper or factories.paper(), factories.definition(**NODES))
    rubrics = {"neurips": neurips or ANSWERS, "ml_code_completeness": CODE}
    succeed(output_of(rubrics, commit), findings(rubrics, commit))
    succeed({"overall": {"score": score}})
    succeed({"score": score, "headline": "Some are met."})
    return run_id


def succeed(output: Mapping[str, Any], found: Mapping[str, Any] | None = None) -> None:
    """The next node of the queue hands that on."""
    claim = claims.claim_next(Wish("default", "tester", 60))
    assert claim is not None
    assert outcomes.succeed(claim, output, [kept("findings.json", found)] if found else []).landed


def kept(name: str, value: Any) -> KeptArtifact:
    stored = artifacts.store(json.dumps(value).encode())
    return KeptArtifact(name, "application/json", stored.sha256, stored.bytes)


def output_of(rubrics: Mapping[str, Mapping[str, str]], commit: str) -> dict[str, Any]:
    versions = {name: VERSIONS[name] for name in rubrics}
    return {"commit": commit, "versions": versions, "rubrics": rubrics, "disagreements": []}


def findings(rubrics: Mapping[str, Mapping[str, str]], commit: str) -> dict[str, Any]:
    whole = [
        {"id": name, "title": name.title(), "version": VERSIONS[name], "source": "us",
         "criteria": [criterion(key, answer, "repository" if answers is CODE else "paper")
                      for key, answer in answers.items()]}
        for name, answers in rubrics.items()
    ]  # fmt: skip
    return {"commit": commit, "rubrics": whole, "disagreements": []}


def criterion(name: str, answer: str, about: str) -> dict[str, Any]:
    quote = {"page": 2, "start": 4, "end": 9, "text": "words", "boxes": [[1, 2, 3, 4]], "verified": True}
    evidence = {"quotes": [quote] if answer == "met" and about == "paper" else [], "places": []}
    if answer == "met" and about == "repository":
        evidence["places"] = [{"path": "train.py", "line": 3, "commit": "c0ffee", "text": "def main():"}]
    verdict = {"criterion": name, "answer": answer, "reason": "So it seems.", "assessor": "rules", **evidence}
    return {
        "id": name, "group": "", "title": name.replace("_", " ").capitalize(), "question": f"Is there {name}?",
        "about": about, "item": None, "answer": answer, "reason": "So it seems.", "assessor": "rules",
        "verdicts": [verdict], "declared": None,
    }  # fmt: skip
