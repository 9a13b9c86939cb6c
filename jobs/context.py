"""NodeContext: all a handler receives, and the only way it reaches the world of the engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dashboard.engine.questions import AnswerNeededError, Question
from dashboard.engine.spending import Spending

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from dashboard.judging.opinion import Opinion
    from dashboard.judging.rubric import Rubric


@dataclass(frozen=True)
class NodeFacts:
    """Which node, and which try at it. `generation` grows with each retry by a person, `attempt` with each claim."""

    id: int
    node_id: str
    run_id: int
    attempt: int
    generation: int


@dataclass(frozen=True)
class PaperFacts:
    """The paper under the run."""

    id: int
    title: str
    filename: str
    sha256: str
    locate: Callable[[], Path]

    @property
    def path(self) -> Path:
        """A readable local file, which is fetched when it is first asked for where files lie elsewhere."""
        return self.locate()


@dataclass(frozen=True)
class Subject:
    """What the node works on: the paper, the node's configuration in the definition, the run's input."""

    paper: PaperFacts
    node_input: Mapping[str, Any]
    workflow_input: Mapping[str, Any]


class Workbench(Protocol):
    """Where a handler's lines, files and questions go. The runner's is the database; tests have a folder."""

    def subject(self) -> Subject: ...
    def upstream_outputs(self) -> Mapping[str, Mapping[str, Any]]: ...
    def write_log(self, level: str, message: str) -> None: ...
    def store_artifact(self, name: str, content: bytes, media_type: str) -> None: ...
    def read_artifact(self, node_id: str, name: str) -> bytes: ...
    def report_progress(self, done: int, total: int) -> None: ...
    def is_cancelled(self) -> bool: ...
    def entitle_paper(self, title: str) -> None: ...
    def checkpointer(self) -> BaseCheckpointSaver[str]: ...
    def answers(self) -> Mapping[str, str]: ...
    def rulings(self) -> Sequence[Opinion]: ...
    def team_rubric(self, name: str, version: str | None) -> Rubric | None: ...
    def spending(self) -> Spending: ...
    def model_choice(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class NodeContext:
    """What a handler may know and do. What it asks for is read when it asks: a node that needs little costs little."""

    node: NodeFacts
    workbench: Workbench

    @property
    def paper(self) -> PaperFacts:
        return self.workbench.subject().paper

    @property
    def node_input(self) -> Mapping[str, Any]:
        """The node's own configuration from the definition."""
        return self.workbench.subject().node_input

    @property
    def workflow_input(self) -> Mapping[str, Any]:
        """The run's input."""
        return self.workbench.subject().workflow_input

    @property
    def upstream_outputs(self) -> Mapping[str, Mapping[str, Any]]:
        """The committed outputs of every ancestor by node id, not only of the parents."""
        return self.workbench.upstream_outputs()

    def output_of(self, node_id: str) -> Mapping[str, Any]:
        """The committed output of an ancestor; empty when it was skipped or is not in this workflow."""
        return self.upstream_outputs.get(node_id, {})

    def log(self, message: str, level: str = "info") -> None:
        """One line in the node's log: level is debug, info, warning or error."""
        self.workbench.write_log(level, message)

    def artifact(self, name: str, content: bytes | str, media_type: str = "application/octet-stream") -> None:
        """Keep a file. It becomes visible only when the node succeeds."""
        raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        self.workbench.store_artifact(name, raw, media_type)

    def json_artifact(self, name: str, value: Any) -> None:
        """Keep a value as a JSON file."""
        self.artifact(name, json.dumps(value, ensure_ascii=False, separators=(",", ":")), "application/json")

    def read_artifact(self, node_id: str, name: str) -> bytes:
        """The bytes of an ancestor's committed artifact; KeyError when it left none of that name."""
        return self.workbench.read_artifact(node_id, name)

    def read_json(self, node_id: str, name: str) -> Any:
        """The value of an ancestor's JSON artifact; KeyError when it left none of that name."""
        return json.loads(self.read_artifact(node_id, name))

    def rulings(self, commit: str) -> list[Opinion]:
        """What people ruled on this paper, oldest first, as it stands now with its repository at that commit."""
        return [ruling for ruling in self.workbench.rulings() if ruling.stands and ruling.holds_at(commit)]

    def team_rubric(self, name: str, version: str | None = None) -> Rubric | None:
        """A rubric of the team's own, its newest version unless one is named; None when it has none."""
        return self.workbench.team_rubric(name, version)

    def progress(self, done: int, total: int) -> None:
        """How far the handler is, for the bar on the page."""
        self.workbench.report_progress(done, total)

    def entitle(self, title: str) -> None:
        """Call the paper by the title that was read in it, unless a person has named it."""
        self.workbench.entitle_paper(title)

    def cancelled(self) -> bool:
        """True once the run is being cancelled or the claim is lost: stop soon, nothing will be kept."""
        return self.workbench.is_cancelled()

    def ask(self, key: str, words: str, choices: Sequence[str] = ()) -> str:
        """What a person answers; `key` names the question within the node.

        The first time it ends the attempt: the node waits with the question on its page, and runs again, from its
        start, when it is answered. So ask before the work is done, or keep what is done.
        """
        given = self.workbench.answers()
        if key not in given:
            raise AnswerNeededError(Question(key, words, tuple(choices)))
        return given[key]

    def spending(self) -> Spending:
        """The run's calls to language models; a worker that lost its claim can no longer add to them."""
        return self.workbench.spending()

    def model_choice(self) -> Mapping[str, str]:
        """What the run's team has chosen instead of the installation's model, as environment variables."""
        return self.workbench.model_choice()

    def checkpointer(self) -> BaseCheckpointSaver[str]:
        """Where a LangGraph graph keeps its finished steps; a worker that lost its claim can no longer write there."""
        return self.workbench.checkpointer()
