"""What nodes handed on: answers to the shipped rubrics with evidence, reports, and the files that hold them."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.engine import artifacts
from dashboard.engine.artifacts import Stored
from dashboard.judging.comparison import judged
from dashboard.judging.evidence import Answer, Quote, Verdict
from dashboard.judging.rubric import NAMES, Rubric, load

KINDS = 8  # papers that were really judged differently; every other run is one of them once more
PAGE_SIZE = (612.0, 792.0)
PAGES = 9
SAID = "We release the code and the weights under a free licence."
MEDIA = {"findings.json": "application/json", "report.html": "text/html", "report.md": "text/markdown",
         "report.json": "application/json"}  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """One way in which a run may have come out: outputs and files by node, and the score."""

    score: float
    outputs: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, Mapping[str, Stored]]


def judgements(chance: random.Random) -> list[Judgement]:
    """Several ways; their files are put into the store. Needs an application context."""
    return [_judgement(chance) for _ in range(KINDS)]


def _judgement(chance: random.Random) -> Judgement:
    found = [judged(rubric, _verdicts(rubric, chance), {}) for rubric in map(load, NAMES)]
    answers = {one["id"]: {each["id"]: each["answer"] for each in one["criteria"]} for one in found}
    given = [answer for by_criterion in answers.values() for answer in by_criterion.values()]
    score = round(100 * given.count("met") / (given.count("met") + given.count("not_met")), 1)
    findings = {"commit": "", "rubrics": found, "disagreements": []}
    report = f"The score is {score}.\n" * 400
    stored = {name: _store(content) for name, content in {"report.html": f"<p>{report}", "report.md": report,
                                                          "report.json": {"score": score}}.items()}  # fmt: skip
    return Judgement(
        score,
        {"aggregate_findings": {"commit": "", "versions": {one["id"]: one["version"] for one in found},
                                "rubrics": answers, "disagreements": []},
         "ingest_pdf": {"pages": PAGES, "page_sizes": [PAGE_SIZE] * PAGES, "scanned": False},
         "fetch_repo": {"found": True, "url": "https://github.com/lab/code", "commit": ""},
         "compute_score": {"score": score}},
        {"aggregate_findings": {"findings.json": _store(findings)}, "generate_report": stored},
    )  # fmt: skip


def _verdicts(rubric: Rubric, chance: random.Random) -> list[Verdict]:
    return [_verdict(criterion.id, criterion.about, chance) for criterion in rubric.criteria]


def _verdict(criterion: str, about: str, chance: random.Random) -> Verdict:
    page, top = chance.randrange(1, PAGES + 1), chance.randrange(60, 700)
    quote = Quote(page, 0, len(SAID), SAID, ((72, top, 420, top + 11),), verified=True)
    answer = chance.choices(list(Answer), (60, 25, 10, 5))[0]
    shown = (quote,) if answer == Answer.MET and about == "paper" else ()
    return Verdict(criterion, answer, "So the rules read it.", quotes=shown)


def _store(content: Any) -> Stored:
    return artifacts.store((content if isinstance(content, str) else json.dumps(content)).encode())
