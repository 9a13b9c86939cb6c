"""The workbench of a claimed node: its handler's world, read from and written to the engine's database."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from dashboard.engine import artifacts, dag, papers, questions, standing, team_limits, team_models
from dashboard.engine.claims import Claim
from dashboard.engine.errors import PermanentError
from dashboard.engine.outcomes import KeptArtifact
from dashboard.engine.reuse import Earlier, Sight
from dashboard.engine.spending import RunSpending, Spending
from dashboard.engine.states import NodeStatus
from dashboard.engine.tables import artifact, attempt, edge, node, run
from dashboard.engine.transactions import look
from dashboard.extensions import db
from dashboard.models import Paper, WorkflowDefinition
from dashboard.sealing import SealError
from jobs.context import NodeContext, NodeFacts, PaperFacts, Subject
from jobs.heartbeat import Heartbeat
from jobs.logbook import Logbook
from jobs.stopping import HandlerStopped, Reason

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from dashboard.judging.opinion import Opinion
    from dashboard.judging.rubric import Rubric


_SUBJECT = (
    select(run.c.input, WorkflowDefinition.dag, Paper.id, Paper.title, Paper.filename, Paper.sha256)
    .select_from(run)
    .join(WorkflowDefinition, WorkflowDefinition.id == run.c.definition_id)
    .outerjoin(Paper, Paper.id == run.c.paper_id)
    .where(run.c.id == bindparam("run"))
)


class DatabaseWorkbench:
    """`jobs.context.Workbench` over the database. Artifacts gather in `kept` until the outcome commits them."""

    def __init__(self, claim: Claim, heartbeat: Heartbeat, logbook: Logbook) -> None:
        self.kept: dict[str, KeptArtifact] = {}
        self._claim = claim
        self._heartbeat = heartbeat
        self._logbook = logbook

    def subject(self) -> Subject:
        return self._subject

    @functools.cached_property
    def _subject(self) -> Subject:
        (row,) = _rows(_SUBJECT, run=self._claim.run_id)
        specs = row.dag["nodes"]
        config = next((spec.get("config") for spec in specs if spec["id"] == self._claim.node_id), None)
        return Subject(_paper(row), config or {}, row.input)

    @functools.cached_property
    def _ancestors(self) -> Mapping[str, tuple[int, int]]:
        """Row and committed attempt of every finished ancestor, by node id."""
        mine = self._claim
        pairs = select(edge.c.parent_id, edge.c.child_id).where(edge.c.run_id == mine.run_id)
        nodes = select(node.c.id, node.c.node_id, node.c.committed_attempt).where(
            node.c.run_id == mine.run_id, node.c.committed_attempt.is_not(None)
        )
        before = dag.ancestors([(pair.parent_id, pair.child_id) for pair in _rows(pairs)], [mine.id])
        return {row.node_id: (row.id, row.committed_attempt) for row in _rows(nodes) if row.id in before}

    def upstream_outputs(self) -> Mapping[str, Mapping[str, Any]]:
        return self._outputs

    @functools.cached_property
    def _outputs(self) -> Mapping[str, Mapping[str, Any]]:
        rows_of = [row for row, _ in self._ancestors.values()]
        outputs = select(attempt.c.node_id, attempt.c.attempt, attempt.c.output).where(attempt.c.node_id.in_(rows_of))
        found = {(row.node_id, row.attempt): row.output for row in _rows(outputs)}
        return {name: found.get(place) or {} for name, place in self._ancestors.items()}

    def sight(self, version: str) -> Sight:
        """All that the handler, in that version, can see: read once, and what it then sees is the same."""
        seen = self._subject
        return Sight(
            self._claim.handler, version, seen.node_input, seen.workflow_input, seen.paper.sha256,
            self._outputs, self._files,
        )  # fmt: skip

    @functools.cached_property
    def _files(self) -> Mapping[str, Mapping[str, str]]:
        """The sha256 of every file of every finished ancestor, by node id and name."""
        names = {place: name for name, place in self._ancestors.items()}
        rows_of = [row for row, _ in names]
        files = select(artifact.c.node_id, artifact.c.attempt, artifact.c.name, artifact.c.sha256)
        found: dict[str, dict[str, str]] = {}
        for row in _rows(files.where(artifact.c.node_id.in_(rows_of))):
            if (row.node_id, row.attempt) in names:
                found.setdefault(names[row.node_id, row.attempt], {})[row.name] = row.sha256
        return found

    def take_over(self, earlier: Earlier) -> None:
        """Keep the files of an earlier success as this node's own."""
        self.kept = {kept.name: kept for kept in earlier.kept}
        self._logbook.add("info", f"Reused from run {earlier.run_id}: the same was seen there.")

    def write_log(self, level: str, message: str) -> None:
        self._logbook.add(level, message)

    def store_artifact(self, name: str, content: bytes, media_type: str) -> None:
        if not 0 < len(name) <= 200 or not name.isprintable() or "/" in name:
            raise PermanentError(f"An artifact cannot be called {name!r}.")
        stored = artifacts.store(content)
        self.kept[name] = KeptArtifact(name, media_type[:100], stored.sha256, stored.bytes)

    def read_artifact(self, node_id: str, name: str) -> bytes:
        if node_id not in self._ancestors:
            raise KeyError(f"{node_id} is no finished ancestor of {self._claim.node_id}")
        row, committed = self._ancestors[node_id]
        whose = artifact.c.node_id == row, artifact.c.attempt == committed, artifact.c.name == name
        found = _rows(select(artifact.c.sha256).where(*whose))
        if not found:
            raise KeyError(f"{node_id} left no artifact {name!r}")
        return artifacts.path_of(found[0].sha256).read_bytes()

    def report_progress(self, done: int, total: int) -> None:
        self._logbook.report(done, total)

    def is_cancelled(self) -> bool:
        return self._heartbeat.is_cancelled

    def entitle_paper(self, title: str) -> None:
        paper_of_run = select(run.c.paper_id).where(run.c.id == self._claim.run_id)
        papers.entitle(_rows(paper_of_run)[0].paper_id, title)

    def checkpointer(self) -> BaseCheckpointSaver[str]:
        from jobs.agents.saver import SqlCheckpointSaver  # LangGraph is loaded by the nodes that need it

        return SqlCheckpointSaver(db.engine, self._fence, self._claim.id)

    def answers(self) -> Mapping[str, str]:
        return self._answers

    @functools.cached_property
    def _answers(self) -> Mapping[str, str]:
        return questions.answers(self._claim.id, self._claim.generation)

    def rulings(self) -> Sequence[Opinion]:
        paper = self._subject.paper.id
        return look(lambda connection: standing.opinions(connection, [paper]))

    def team_rubric(self, name: str, version: str | None) -> Rubric | None:
        from dashboard.engine import rubrics  # YAML is loaded by the nodes that need it

        return look(lambda connection: rubrics.own_rubric(connection, self._team, name, version))

    def spending(self) -> Spending:
        most = team_limits.of_installation().month_spend
        return RunSpending(db.engine, self._claim.run_id, self._fence, most)

    def model_choice(self) -> Mapping[str, str]:
        try:
            return team_models.environment_of(self._team)
        except SealError as error:
            raise PermanentError(f"The team's language model cannot be used. {error}") from None

    @functools.cached_property
    def _team(self) -> int:
        team: int = _rows(select(run.c.team_id).where(run.c.id == self._claim.run_id))[0].team_id
        return team

    def _fence(self, connection: Connection) -> None:
        """Lock the node's row and see that the claim is still ours, in the transaction of the write."""
        mine = select(node.c.id).where(
            node.c.id == self._claim.id,
            node.c.claim_token == self._claim.token,
            node.c.status == NodeStatus.RUNNING,
        )
        if connection.execute(mine.with_for_update()).first() is None:
            raise HandlerStopped(Reason.CLAIM_LOST)


def context_of(claim: Claim, workbench: DatabaseWorkbench) -> NodeContext:
    """What the claim's handler receives."""
    return NodeContext(NodeFacts(claim.id, claim.node_id, claim.run_id, claim.attempt, claim.generation), workbench)


def _rows(query: Select[Any], **parameters: Any) -> Sequence[Row[Any]]:
    """What the query finds. A database that fails in passing is no fault of the handler's: it is asked again."""
    return look(lambda connection: connection.execute(query, parameters).all())


def _paper(row: Any) -> PaperFacts:
    if row.id is None:  # the run has no paper
        return PaperFacts(0, "", "", "", Path)
    return PaperFacts(row.id, row.title, row.filename, row.sha256, lambda: artifacts.path_of(row.sha256))
