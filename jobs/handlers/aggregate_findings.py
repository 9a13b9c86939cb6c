"""aggregate_findings: all verdicts side by side, against the authors' own answers and paper against repository."""

from __future__ import annotations

from typing import Any

from dashboard.judging.comparison import declared_against_found, judged, split_verdicts
from dashboard.judging.cross_checks import contradictions
from dashboard.judging.evidence import Verdict, verdict_from
from dashboard.judging.proof import PaperText, Record, RepositoryText
from jobs.context import NodeContext
from jobs.registry import Output, handler
from jobs.rubrics.selection import chosen_rubrics

SOURCES = {"ai_checks_pdf": "verdicts_pdf.json", "ai_checks_repo": "verdicts_repo.json"}


@handler("aggregate_findings", version="2")
def aggregate_findings(context: NodeContext) -> Output:
    """Leaves `findings.json`: each rubric with its criteria, answers and evidence, and every disagreement."""
    verdicts = _verdicts(context)
    declared = context.output_of("extract_evidence").get("declared", {})
    rubrics = [judged(rubric, verdicts.get(rubric.id, []), declared) for rubric in chosen_rubrics(context)]
    compared = declared_against_found(rubrics)
    parted = split_verdicts(rubrics) + [item["sentence"] for item in compared if item["agrees"] is False]
    disagreements = parted + _contradictions(context)
    for sentence in disagreements:
        context.log(sentence, "warning")
    commit = str(context.output_of("fetch_repo").get("commit") or "")
    head = {"commit": commit, "disagreements": disagreements, "declared_against_found": compared}
    context.json_artifact("findings.json", {**head, "rubrics": rubrics})
    versions = {rubric["id"]: rubric["version"] for rubric in rubrics}
    return {**head, "versions": versions, "rubrics": {rubric["id"]: _answers(rubric) for rubric in rubrics}}


def _verdicts(context: NodeContext) -> dict[str, list[Verdict]]:
    """Every verdict by rubric, of both checks, its evidence verified once more; a skipped check left none."""
    record = record_of(context)
    sorted_out: dict[str, list[Verdict]] = {}
    for node_id in (node for node in SOURCES if context.output_of(node)):
        for rubric, records in context.read_json(node_id, SOURCES[node_id])["verdicts"].items():
            sorted_out.setdefault(rubric, []).extend(record.proven(verdict_from(one)) for one in records)
    return sorted_out


def record_of(context: NodeContext) -> Record:
    """What was stored of the paper and, where it was fetched, of its repository."""
    screened = context.read_json("screen_text", "hidden_text.json") if context.output_of("screen_text") else {}
    paper = PaperText()
    if context.output_of("extract_text"):
        text = context.read_artifact("extract_text", "text.txt").decode("utf-8", "surrogatepass")
        paper = PaperText.parted(text, screened)
    if not context.output_of("fetch_repo").get("found"):
        return Record(paper)
    stored = context.read_json("fetch_repo", "repository.json")
    paths = frozenset(file["path"] for file in stored["files"])
    return Record(paper, RepositoryText(stored["commit"], paths, stored["texts"]))


def _contradictions(context: NodeContext) -> list[str]:
    counts = context.output_of("extract_evidence").get("counts", {})
    facts = context.output_of("check_repo").get("facts", {})
    return contradictions(counts, facts, context.output_of("fetch_repo"))


def _answers(rubric: dict[str, Any]) -> dict[str, str]:
    return {criterion["id"]: criterion["answer"] for criterion in rubric["criteria"]}
