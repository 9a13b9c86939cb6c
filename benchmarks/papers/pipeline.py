"""The default workflow on every paper and the repository checks on every repository, on an engine of their own."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.papers.truth import Paper, Repository
from dashboard.cli import tree
from dashboard.engine import artifacts, definitions, papers, runs
from dashboard.engine.errors import EngineError
from dashboard.engine.states import RunStatus
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, WorkflowNode
from dashboard.reads import spending
from dashboard.reads.spending import Spent
from jobs.analyze import make_team, save_workflow
from jobs.private_engine import PrivateEngine, private_engine

LOOK_EVERY_SECONDS = 0.3
REPOSITORY_ALONE = {
    "nodes": [{"id": "fetch_repo", "queue": "net"}, {"id": "check_repo"}],
    "edges": [["fetch_repo", "check_repo"]],
}
KEPT = ("text.json", "evidence.json", "findings.json")


@dataclass(frozen=True)
class Reading:
    """What a run left: each node's output, the files that hold quotes, the seconds its nodes worked. `failure` is
    empty where it succeeded; what its nodes left before it failed is here all the same."""

    subject: Paper | Repository
    failure: str = ""
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def read_all(subjects: Sequence[Paper | Repository]) -> tuple[list[Reading], list[Spent]]:
    """A reading of each, in their order; and what all calls to models came to, by model."""
    with (
        tempfile.TemporaryDirectory(prefix="papersnitch-") as home,
        private_engine(Path(home)) as engine,
        engine.app.app_context(),
    ):
        team = make_team()
        started = dict(_start(team, subjects))
        readings = {number: found for number, found in started.items() if isinstance(found, Reading)}
        under_way = {number: found for number, found in started.items() if isinstance(found, int)}
        for number, reading in _finished(subjects, under_way, engine):
            readings[number] = reading
            _tell(f"{len(readings)} of {len(subjects)}: {_name(reading.subject)} {reading.failure}")
        return [readings[number] for number in sorted(readings)], spending.of_team(team)


def _start(team: int, subjects: Sequence[Paper | Repository]) -> Iterator[tuple[int, int | Reading]]:
    """Each subject's number with its run, or with why there is none."""
    workflow = save_workflow()
    alone = definitions.save("repository_alone", REPOSITORY_ALONE)
    for number, subject in enumerate(subjects):
        try:
            if isinstance(subject, Repository):
                yield number, runs.create_and_start(alone.id, None, team, {"repository": subject.url}, None)
            else:
                paper, _ = papers.add(team, subject.file.name, subject.file)
                yield number, runs.create_and_start(workflow.id, paper.id, team, {}, None)
        except FileNotFoundError:
            yield number, Reading(subject, "The file is not there.")
        except (EngineError, OSError) as error:
            yield number, Reading(subject, str(error))


def _finished(
    subjects: Sequence[Paper | Repository], under_way: dict[int, int], engine: PrivateEngine
) -> Iterator[tuple[int, Reading]]:
    """The readings as their runs finish."""
    while under_way:
        engine.check()
        for number, run_id in list(under_way.items()):
            if tree.is_finished(run_id):
                del under_way[number]
                yield number, _reading(subjects[number], run_id)
        time.sleep(LOOK_EVERY_SECONDS)


def _reading(subject: Paper | Repository, run_id: int) -> Reading:
    failed = tree.find(run_id).status != RunStatus.SUCCEEDED
    failure = "; ".join(tree.last_errors(run_id).values()) or "The run did not succeed." if failed else ""
    attempts = _attempts(run_id)
    seconds = sum((one.finished_at - one.started_at).total_seconds() for one in attempts.values() if one.started_at)
    outputs = {node: one.output or {} for node, one in attempts.items()}
    return Reading(subject, failure, outputs, _files(run_id), seconds)


def _attempts(run_id: int) -> dict[str, NodeAttempt]:
    """The attempt of each node that readers see."""
    committed = (
        select(WorkflowNode.node_id, NodeAttempt)
        .join(NodeAttempt, NodeAttempt.node_id == WorkflowNode.id)
        .where(WorkflowNode.run_id == run_id, NodeAttempt.attempt == WorkflowNode.committed_attempt)
    )
    return {row.node_id: row.NodeAttempt for row in db.session.execute(committed)}


def _files(run_id: int) -> dict[str, Any]:
    stored = (
        select(NodeArtifact.name, NodeArtifact.sha256)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .where(NodeArtifact.run_id == run_id, NodeArtifact.attempt == WorkflowNode.committed_attempt)
        .where(NodeArtifact.name.in_(KEPT))
    )
    return {name: json.loads(artifacts.path_of(sha256).read_bytes()) for name, sha256 in db.session.execute(stored)}


def _name(subject: Paper | Repository) -> str:
    return subject.name if isinstance(subject, Repository) else subject.file.name


def _tell(words: str) -> None:
    print(words.rstrip(), file=sys.stderr, flush=True)
