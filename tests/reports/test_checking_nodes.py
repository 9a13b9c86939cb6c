"""From findings to report, on the sample papers: every met has evidence that is really there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dashboard.engine.errors import PermanentError
from dashboard.judging.evidence import verdict_from
from jobs.papers.document import Document
from jobs.repositories.snapshot import snapshot_from
from tests.handlers.conftest import Chain


def verdicts(chain: Chain, name: str) -> list[Any]:
    node = {"verdicts_pdf.json": "ai_checks_pdf", "verdicts_repo.json": "ai_checks_repo"}[name]
    return [verdict_from(v) for rubric in chain.json(node, name)["verdicts"].values() for v in rubric]


def test_every_met_criterion_of_the_paper_quotes_it_word_for_word(good: Chain) -> None:
    document = Document.from_json(good.artifact("extract_text", "text.json"))
    met = [verdict for verdict in verdicts(good, "verdicts_pdf.json") if verdict.answer == "met"]
    assert len(met) > 20
    for verdict in met:
        assert verdict.quotes and all(quote.verified and document.verify(quote) for quote in verdict.quotes)


def test_every_met_criterion_of_the_repository_names_lines_that_are_there(good: Chain) -> None:
    snapshot = snapshot_from(good.json("fetch_repo", "repository.json"))
    met = [verdict for verdict in verdicts(good, "verdicts_repo.json") if verdict.answer == "met"]
    assert len(met) > 10
    for verdict in met:
        assert verdict.places and all(snapshot.place(p.path, p.line) == p for p in verdict.places if p.line)


def test_the_good_paper_scores_high_and_the_poor_one_low(good: Chain, poor: Chain) -> None:
    high, low = (chain.outputs["compute_score"]["overall"]["score"] for chain in (good, poor))
    assert high >= 85 and low <= 15


def test_the_good_paper_is_ready_to_be_reproduced_and_the_poor_one_is_not(good: Chain, poor: Chain) -> None:
    ids = [{badge["id"] for badge in chain.outputs["compute_score"]["badges"]} for chain in (good, poor)]
    assert "ready_to_be_reproduced" in ids[0] and ids[1] == set()


def test_somebody_elses_code_is_not_the_poor_papers_own(poor: Chain) -> None:
    answers = poor.outputs["aggregate_findings"]["rubrics"]["ml_code_completeness"]
    assert set(answers.values()) == {"not_met"}


def test_the_outputs_stay_small(good: Chain) -> None:
    names = ("ai_checks_pdf", "ai_checks_repo", "aggregate_findings", "compute_score", "generate_report")
    assert max(len(json.dumps(good.outputs[name])) for name in names) < 8_000


def test_a_run_may_name_its_rubrics(good: Chain, tmp_path: Path) -> None:
    shutil.copytree(good.folder, tmp_path / "own")
    chain = Chain(tmp_path / "own", good.paper, {"rubrics": ["miccai"]}, dict(good.outputs))
    assert set(chain.run("ai_checks_repo")["verdicts"]) == {"miccai"}


def test_an_unknown_rubric_is_a_permanent_error(good: Chain) -> None:
    chain = Chain(good.folder, good.paper, {"rubrics": ["horoscope"]}, dict(good.outputs))
    with pytest.raises(PermanentError, match="horoscope"):
        chain.run("ai_checks_pdf")
