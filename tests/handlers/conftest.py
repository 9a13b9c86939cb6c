"""A workbench on a folder, and a way to run handlers one after another as the engine would."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dashboard.engine.spending import Call
from dashboard.judging.opinion import Opinion
from dashboard.judging.rubric import Rubric
from jobs import registry
from jobs.context import NodeContext, NodeFacts, PaperFacts, Subject


@dataclass
class MemorySpending:
    """The calls of one run, kept as the database does."""

    known: dict[str, Call] = field(default_factory=dict)

    def reserve(self, call: Call) -> None:
        self.known.setdefault(call.id, call)

    def settle(self, call: Call) -> None:
        self.known[call.id] = call

    def calls(self) -> Sequence[Call]:
        return list(self.known.values())


@dataclass
class FolderWorkbench:
    """`jobs.context.Workbench` on a folder: `folder/<node>/<artifact>`, outputs and log lines in memory."""

    folder: Path
    node_id: str
    about: Subject
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)
    progress: list[tuple[int, int]] = field(default_factory=list)
    cancelled: bool = False
    title: str = ""
    answered: dict[str, str] = field(default_factory=dict)
    opinions: Sequence[Opinion] = ()
    team_rubrics: Mapping[str, Rubric] = field(default_factory=dict)
    checkpoints: dict[str, Any] = field(default_factory=dict)

    def subject(self) -> Subject:
        return self.about

    def upstream_outputs(self) -> Mapping[str, Mapping[str, Any]]:
        return self.outputs

    def write_log(self, level: str, message: str) -> None:
        self.lines.append((level, message))

    def store_artifact(self, name: str, content: bytes, media_type: str) -> None:
        path = self.folder / self.node_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def read_artifact(self, node_id: str, name: str) -> bytes:
        path = self.folder / node_id / name
        if not path.is_file():
            raise KeyError(f"{node_id} left no artifact {name!r}")
        return path.read_bytes()

    def report_progress(self, done: int, total: int) -> None:
        self.progress.append((done, total))

    def is_cancelled(self) -> bool:
        return self.cancelled

    def entitle_paper(self, title: str) -> None:
        self.title = title

    def answers(self) -> Mapping[str, str]:
        return self.answered

    def rulings(self) -> Sequence[Opinion]:
        return self.opinions

    def team_rubric(self, name: str, version: str | None) -> Rubric | None:
        return self.team_rubrics.get(f"{name}@{version}" if version else name)

    def spending(self) -> MemorySpending:
        return self.checkpoints.setdefault("spending", MemorySpending())

    def model_choice(self) -> Mapping[str, str]:
        return {}

    def checkpointer(self) -> Any:
        from langgraph.checkpoint.memory import InMemorySaver

        return self.checkpoints.setdefault("saver", InMemorySaver())


@dataclass
class Chain:
    """One run of one paper: handlers called by name, in order, each seeing the outputs of those before it."""

    folder: Path
    paper: Path
    workflow_input: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)
    opinions: Sequence[Opinion] = ()
    team_rubrics: Mapping[str, Rubric] = field(default_factory=dict)
    checkpoints: dict[str, Any] = field(default_factory=dict)
    title: str = ""

    def run(self, *names: str, **node_input: Any) -> Mapping[str, Any]:
        """Run the handlers of those names; the output of the last."""
        for name in names:
            context = self.context(name, node_input)
            output = registry.find(name).handle(context)
            self.title = getattr(context.workbench, "title", "") or self.title
            self.outputs[name] = json.loads(json.dumps(output))
        return self.outputs[names[-1]]

    def context(self, name: str, node_input: Mapping[str, Any]) -> NodeContext:
        sha256 = hashlib.sha256(self.paper.read_bytes()).hexdigest()
        paper = PaperFacts(1, self.paper.stem, self.paper.name, sha256, lambda: self.paper)
        about = Subject(paper, node_input, self.workflow_input)
        shared = {
            "opinions": self.opinions,
            "team_rubrics": self.team_rubrics,
            "checkpoints": self.checkpoints,
        }
        bench = FolderWorkbench(self.folder, name, about, dict(self.outputs), self.lines, **shared)
        number = len(self.outputs) + 1
        return NodeContext(NodeFacts(id=number, node_id=name, run_id=1, attempt=1, generation=1), bench)

    def artifact(self, node_id: str, name: str) -> bytes:
        return (self.folder / node_id / name).read_bytes()

    def json(self, node_id: str, name: str) -> Any:
        return json.loads(self.artifact(node_id, name))


@pytest.fixture
def chain(tmp_path: Path) -> Callable[..., Chain]:
    """`chain(paper)` starts a run of that PDF in a folder of its own."""

    def start(paper: Path, **workflow_input: Any) -> Chain:
        return Chain(tmp_path / "artifacts" / paper.stem, paper, workflow_input)

    return start
