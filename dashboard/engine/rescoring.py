"""Scoring a run again under another rubric or version, from the evidence it stored: nothing is run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select, update

from dashboard.engine import acts, artifacts, removals, rubrics, settling, standing
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.tables import artifact, attempt, node, run
from dashboard.engine.transactions import look
from dashboard.judging.again import Stored, judged_again
from dashboard.judging.evidence import finding_from
from dashboard.judging.material import PaperMaterial, RepositoryMaterial, doubt_of, no_repository
from dashboard.judging.proof import PaperText, Record, RepositoryText
from dashboard.models import Rescore

TABLE = cast(Table, Rescore.__table__)


@dataclass(frozen=True)
class Left:
    """What the nodes of a run left: their outputs, and the hashes of their files, by node id."""

    team_id: int
    given: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]]
    files: Mapping[tuple[str, str], str]

    def output(self, node_id: str) -> Mapping[str, Any]:
        return self.outputs.get(node_id, {})

    def text(self, node_id: str, name: str) -> str:
        """A file's text; empty where the node left none."""
        sha256 = self.files.get((node_id, name))
        return artifacts.path_of(sha256).read_text("utf-8", "surrogatepass") if sha256 else ""

    def value(self, node_id: str, name: str) -> dict[str, Any]:
        """A JSON file's value; empty where the node left none."""
        value: dict[str, Any] = json.loads(self.text(node_id, name) or "{}")
        return value


def judge(run_id: int, name: str) -> dict[str, Any]:
    """The run judged by `neurips@2025.1` or another rubric its team has, as `findings.json` would hold it."""
    left = look(lambda connection: _left(connection, run_id))
    rubric = rubrics.resolve(left.team_id, name)
    return judged_again(rubric, _stored(run_id, left))


def rescore(run_id: int, name: str, by: int | None) -> str:
    """Keep the run's answers under that rubric, for lists and cohorts; its name with the version.

    The same again keeps what is there, unless the rules have changed since.
    """
    rubric = judge(run_id, name)
    answers = {criterion["id"]: criterion["answer"] for criterion in rubric["criteria"]}

    def keep(connection: Connection) -> Act[str]:
        settling.lock_run(connection, run_id)
        _keep(connection, run_id, rubric, answers, by)
        whole = f"{rubric['id']}@{rubric['version']}"
        return acts.on_run(connection, run_id, "run.rescore", by, {"rubric": whole}, whole)

    return acts.perform(keep)


def _keep(connection: Connection, run_id: int, rubric: Mapping[str, Any], answers: Any, by: int | None) -> None:
    """Nothing where the run itself was judged so; else one row, whoever asks and how often."""
    own = standing.found(connection, [run_id], rubric["id"])
    if own and own[0].versions.get(rubric["id"]) == rubric["version"]:
        return
    same = (TABLE.c.run_id == run_id, TABLE.c.rubric == rubric["id"], TABLE.c.version == rubric["version"])
    row = connection.execute(select(TABLE.c.id, TABLE.c.answers).where(*same)).first()
    if row is None:
        values = {"run_id": run_id, "rubric": rubric["id"], "version": rubric["version"], "answers": answers}
        connection.execute(insert(TABLE).values(**values, created_by=by, created_at=now()))
    elif row.answers != answers:
        connection.execute(update(TABLE).where(TABLE.c.id == row.id).values(answers=answers, created_at=now()))


def _left(connection: Connection, run_id: int) -> Left:
    row = connection.execute(select(run.c.team_id, run.c.input).where(run.c.id == run_id)).first()
    if row is None:
        raise NotFoundError(f"There is no run {run_id}.")
    removals.look_for_files(connection, run_id)
    committed = (node.c.run_id == run_id, node.c.committed_attempt.is_not(None))
    outputs = (
        select(node.c.node_id, attempt.c.output)
        .join(attempt, (attempt.c.node_id == node.c.id) & (attempt.c.attempt == node.c.committed_attempt))
        .where(*committed)
    )
    files = (
        select(node.c.node_id, artifact.c.name, artifact.c.sha256)
        .join(artifact, (artifact.c.node_id == node.c.id) & (artifact.c.attempt == node.c.committed_attempt))
        .where(*committed)
    )
    return Left(
        row.team_id,
        row.input,
        {one.node_id: one.output or {} for one in connection.execute(outputs)},
        {(one.node_id, one.name): one.sha256 for one in connection.execute(files)},
    )


def _stored(run_id: int, left: Left) -> Stored:
    if not left.output("extract_evidence"):
        raise NotAllowedError(f"Run {run_id} has stored no evidence yet: there is nothing to judge.")
    text = PaperText.parted(left.text("extract_text", "text.txt"), left.value("screen_text", "hidden_text.json"))
    evidence = left.output("extract_evidence")
    paper_type = str(evidence.get("paper_type", ""))
    findings = [finding_from(record) for record in left.value("extract_evidence", "evidence.json").get("findings", [])]
    repository, facts = _repository(left), left.value("check_repo", "repo_facts.json").get("facts", {})
    obstacle = no_repository(left.outputs, left.given.get("repository") is not None)
    return Stored(
        PaperMaterial(findings, paper_type, text.has_words, doubt_of(left.outputs)),
        RepositoryMaterial(facts, paper_type, obstacle),
        Record(text, repository),
        left.value(standing.NODE, "findings.json").get("rubrics", ()),
        evidence.get("declared", {}),
    )


def _repository(left: Left) -> RepositoryText:
    """The stored files, for holding places against; empty where none were fetched."""
    stored = left.value("fetch_repo", "repository.json") if left.output("fetch_repo").get("found") else {}
    paths = frozenset(file["path"] for file in stored.get("files", ()))
    return RepositoryText(stored.get("commit", ""), paths, stored.get("texts", {}))
