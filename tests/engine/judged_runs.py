"""Runs that were judged: their aggregate_findings node has committed answers to a small rubric."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
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
STORED = ("ingest_pdf", "extract_text", "extract_evidence", "fetch_repo", "check_repo", "aggregate_findings")
TEXT = "Limitations: it is slow. Results: 0.9 ± 0.1."
ANSWERS = {"limitations": "met", "error_bars": "not_met", "claims": "not_assessed"}
VERSIONS = {"neurips": "2025.1", "ml_code_completeness": "2020.1"}
CODE = {"training_code": "met", "dependencies": "not_met"}


def judged_run(
    paper: Paper | None = None, neurips: Mapping[str, str] | None = None, commit: str = "c0ffee", score: int = 50
) -> int:
    """The id of a finished run whose checks answered those criteria of two rubrics."""
    run_id = factories.started_run(paper or factories.paper(), factories.definition(**NODES))
    rubrics = {"neurips": neurips or ANSWERS, "ml_code_completeness": CODE}
    succeed(output_of(rubrics, commit), kept("findings.json", findings(rubrics, commit)))
    succeed({"overall": {"score": score}})
    succeed({"score": score, "headline": "Some are met."})
    return run_id


def succeed(output: Mapping[str, Any], *files: KeptArtifact) -> None:
    """The next node of the queue hands that on and leaves those files."""
    claim = claims.claim_next(Wish("default", "tester", 60))
    assert claim is not None and outcomes.succeed(claim, output, files).landed


def kept(name: str, content: Any) -> KeptArtifact:
    """A file of that text, or of that value as JSON."""
    stored = artifacts.store((content if isinstance(content, str) else json.dumps(content)).encode())
    return KeptArtifact(name, "application/octet-stream", stored.sha256, stored.bytes)


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


def stored_run(paper: Paper | None = None) -> int:
    """The id of a run that stored a text with limitations and error bars, and no repository, and was then judged."""
    chain = {"nodes": [{"id": name, "handler": name} for name in STORED], "edges": [*pairwise(STORED)]}
    run_id = factories.started_run(paper or factories.paper(), factories.definition(**chain))
    found = {"findings": [finding("limitations", TEXT[:24]), finding("error_bars", TEXT[34:43])]}
    answers = {"neurips": {"limitations": "met", "error_bars": "met"}}
    succeed({"scanned": False})
    succeed({"pages": 1}, kept("text.txt", TEXT))
    succeed({"paper_type": "method", "declared": {}}, kept("evidence.json", found))
    succeed({"found": False, "absent": True, "reason": "The paper names no code repository."})
    succeed({"found": False}, kept("repo_facts.json", {"facts": {}}))
    succeed(output_of(answers, ""), kept("findings.json", findings(answers, "")))
    return run_id


def finding(kind: str, words: str) -> dict[str, Any]:
    start = TEXT.index(words)
    quote = {"page": 1, "start": start, "end": start + len(words), "text": words, "boxes": [[1, 1, 9, 9]]}
    return {"kind": kind, "quote": quote, "detail": {}}
