"""From findings to report, on the sample papers: every met has evidence that is really there."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.engine.errors import PermanentError
from dashboard.judging.again import Stored, judged_again
from dashboard.judging.criterion import FOLDER
from dashboard.judging.evidence import Answer, finding_from, verdict_from
from dashboard.judging.material import PaperMaterial, RepositoryMaterial
from dashboard.judging.opinion import Opinion
from dashboard.judging.proof import is_proven
from dashboard.judging.rubric import load, read
from jobs.handlers.aggregate_findings import record_of
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


def ruling(answer: str, **columns: Any) -> Opinion:
    """Ann's ruling on the training code."""
    plain = Opinion(
        id=7, run_id=1, paper_id=1, rubric="ml_code_completeness", criterion="training_code", at_commit="",
        found=Answer.MET, answer=Answer(answer), reason="It does not run.", by=1, who="Ann",
        when=datetime(2026, 1, 2, tzinfo=UTC),
    )  # fmt: skip
    return replace(plain, **columns)


def again(good: Chain, folder: Path, *rulings: Opinion) -> Chain:
    """The good run's score and report written again under those rulings."""
    shutil.copytree(good.folder, folder)
    chain = Chain(folder, good.paper, {}, dict(good.outputs), opinions=rulings)
    chain.run("compute_score", "generate_report")
    return chain


def test_a_ruling_stands_over_the_checks_in_score_badge_and_report(good: Chain, tmp_path: Path) -> None:
    chain = again(good, tmp_path / "own", ruling("not_met"))
    score = chain.outputs["compute_score"]
    assert score["scores"]["ml_code_completeness"]["not_met"] == 1 and score["rulings"] == [7]
    assert "complete_code" not in [badge["id"] for badge in score["badges"]]
    report = chain.json("generate_report", "report.json")
    code = next(one for one in report["rubrics"] if one["id"] == "ml_code_completeness")
    criterion = next(one for one in code["criteria"] if one["id"] == "training_code")
    assert (criterion["found"], criterion["answer"]) == ("met", "not_met")
    assert criterion["rulings"] == ["Overruled by Ann (not met, the checks: met): It does not run."]


@pytest.mark.parametrize("no_longer", [{"withdrawn": datetime(2026, 1, 3, tzinfo=UTC)}, {"at_commit": "0ther"}])
def test_a_ruling_that_does_not_hold_changes_nothing(good: Chain, tmp_path: Path, no_longer: dict[str, Any]) -> None:
    chain = again(good, tmp_path / "own", ruling("not_met", **no_longer))
    assert chain.outputs["compute_score"] == good.outputs["compute_score"]


def test_the_report_tells_of_the_rulings_the_score_counted(good: Chain, tmp_path: Path) -> None:
    chain = again(good, tmp_path / "own", ruling("met", reason=""))
    for name in ("report.html", "report.md"):
        written = chain.artifact("generate_report", name).decode()
        assert "Confirmed by Ann (met)." in written and "People ruled on 1 of the criteria." in written


def test_a_quote_that_was_changed_on_its_way_earns_nothing(good: Chain, tmp_path: Path) -> None:
    shutil.copytree(good.folder, tmp_path / "own")
    chain = Chain(tmp_path / "own", good.paper, {}, dict(good.outputs))
    path = tmp_path / "own" / "ai_checks_pdf" / "verdicts_pdf.json"
    found = json.loads(path.read_text())
    limitations = next(one for one in found["verdicts"]["neurips"] if one["criterion"] == "limitations")
    assert limitations["answer"] == "met"
    for quote in limitations["quotes"]:
        quote["text"] = "We found no limitations."
    path.write_text(json.dumps(found))
    assert chain.run("aggregate_findings")["rubrics"]["neurips"]["limitations"] == "not_assessed"


def test_every_met_criterion_of_the_findings_is_proven(good: Chain) -> None:
    judged = good.json("aggregate_findings", "findings.json")["rubrics"]
    met = [verdict_from(v) for r in judged for c in r["criteria"] for v in c["verdicts"] if v["answer"] == "met"]
    assert len(met) > 30 and all(map(is_proven, met))


def test_judging_again_from_what_was_stored_answers_the_same(good: Chain) -> None:
    stored = Stored(
        PaperMaterial(
            [finding_from(one) for one in good.json("extract_evidence", "evidence.json")["findings"]],
            good.outputs["extract_evidence"]["paper_type"],
        ),
        RepositoryMaterial(good.json("check_repo", "repo_facts.json")["facts"]),
        record_of(good.context("aggregate_findings", {})),
    )
    for rubric, answers in good.outputs["aggregate_findings"]["rubrics"].items():
        again = judged_again(load(rubric), stored)
        assert {one["id"]: one["answer"] for one in again["criteria"]} == answers


def test_the_findings_say_in_which_version_and_at_which_commit(good: Chain) -> None:
    found = good.outputs["aggregate_findings"]
    assert found["versions"]["neurips"] == "2025.2" and found["commit"] == good.outputs["fetch_repo"]["commit"]


def test_a_run_may_name_a_version_and_a_rubric_of_its_team(good: Chain, tmp_path: Path) -> None:
    shutil.copytree(good.folder, tmp_path / "own")
    own = read((FOLDER / "pineau@2.0.yaml").read_text(), id="ours", version="4")
    named = {"rubrics": "neurips@2025.1, ours"}
    chain = Chain(tmp_path / "own", good.paper, named, dict(good.outputs), team_rubrics={"ours": own})
    chain.run("ai_checks_pdf", "ai_checks_repo")
    assert chain.run("aggregate_findings")["versions"] == {"neurips": "2025.1", "ours": "4"}


def test_a_rubric_is_named_once(good: Chain) -> None:
    chain = Chain(good.folder, good.paper, {"rubrics": "neurips,neurips@2025.1"}, dict(good.outputs))
    with pytest.raises(PermanentError, match="neurips is named twice"):
        chain.run("ai_checks_pdf")


def test_a_run_may_name_its_rubrics(good: Chain, tmp_path: Path) -> None:
    shutil.copytree(good.folder, tmp_path / "own")
    chain = Chain(tmp_path / "own", good.paper, {"rubrics": ["miccai"]}, dict(good.outputs))
    assert set(chain.run("ai_checks_repo")["verdicts"]) == {"miccai"}


def test_an_unknown_rubric_is_a_permanent_error(good: Chain) -> None:
    chain = Chain(good.folder, good.paper, {"rubrics": ["horoscope"]}, dict(good.outputs))
    with pytest.raises(PermanentError, match="horoscope"):
        chain.run("ai_checks_pdf")
