"""What was judged in a run, with people's rulings laid over what the checks found."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import select

from dashboard.engine import artifacts, standing
from dashboard.engine.standing import Found
from dashboard.extensions import db
from dashboard.judging.evidence import Answer
from dashboard.judging.judgement import Judged, judged_rubric
from dashboard.judging.opinion import Opinion
from dashboard.models import NodeArtifact, Rescore, WorkflowNode, WorkflowRun

ARTIFACT = "findings.json"


def judged(run_id: int) -> Judged | None:
    """Every criterion of the run with verdicts, evidence and rulings; None before there is any. Two queries."""
    row = db.session.execute(
        select(NodeArtifact.sha256, WorkflowRun.paper_id)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .join(WorkflowRun, WorkflowRun.id == WorkflowNode.run_id)
        .where(WorkflowNode.run_id == run_id, WorkflowNode.node_id == standing.NODE)
        .where(NodeArtifact.name == ARTIFACT, NodeArtifact.attempt == WorkflowNode.committed_attempt)
    ).first()
    if row is None:
        return None
    record = json.loads(artifacts.path_of(row.sha256).read_bytes())
    paper_id, commit = row.paper_id or 0, str(record.get("commit") or "")
    rulings = [one for one in standing.opinions(db.session.connection(), [paper_id]) if one.holds_at(commit)]
    rubrics = tuple(judged_rubric(run_id, rubric, rulings) for rubric in record["rubrics"])
    return Judged(run_id, paper_id, commit, rubrics, tuple(record["disagreements"]))


def answers(run_ids: Collection[int], rubric: str, version: str | None = None) -> dict[int, dict[str, Answer]]:
    """What stands in each run under that rubric, by run and criterion; three queries at most, however many runs.

    Without a version, as each run itself was judged; with one, also those scored by it later. Runs that were not
    judged by that rubric, or not in that version, are absent.
    """
    connection = db.session.connection()
    own = standing.found(connection, run_ids, rubric)
    chosen = own if version is None else _in_version(own, rubric, version)
    rulings = standing.opinions(connection, {one.paper_id for one in chosen}, rubric)
    by_paper: dict[int, list[Opinion]] = {}
    for ruling in rulings:
        by_paper.setdefault(ruling.paper_id, []).append(ruling)
    laid = {one.run_id: standing.standing(one, by_paper.get(one.paper_id, ())) for one in chosen}
    return {run_id: by_rubric[rubric] for run_id, by_rubric in laid.items() if rubric in by_rubric}


def _in_version(own: Collection[Found], rubric: str, version: str) -> list[Found]:
    """The same runs as judged by that version: by themselves, or afterwards."""
    later = _rescored([one.run_id for one in own], rubric, version)
    by_itself = [one for one in own if one.versions.get(rubric) == version]
    done = {one.run_id for one in by_itself}
    anew = (one for one in own if one.run_id in later and one.run_id not in done)
    return [*by_itself, *(replace(one, rubrics={rubric: later[one.run_id]}) for one in anew)]


def _rescored(run_ids: Collection[int], rubric: str, version: str) -> Mapping[int, Mapping[str, Answer]]:
    wanted = select(Rescore.run_id, Rescore.answers).where(Rescore.rubric == rubric, Rescore.version == version)
    rows = db.session.execute(wanted.where(Rescore.run_id.in_(sorted(run_ids)))) if run_ids else ()
    return {row.run_id: {key: Answer(value) for key, value in row.answers.items()} for row in rows}
