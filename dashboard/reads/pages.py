"""A paper's pages as its runs left them: pictures, sizes and the text that lies over them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, or_, select

from dashboard.engine import artifacts
from dashboard.engine.states import RUN_FINISHED
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, WorkflowNode, WorkflowRun

RUNS = 12
SIZE, BELOW = 1.1, 0.22  # Of a line's height: its letters, and what of it is below the base line.
JUDGE = "aggregate_findings"
PICTURES, LINES = "pages.json", "lines.json"
FILES = {"render_pages": PICTURES, "extract_text": LINES}
TELLING = ("ingest_pdf", "fetch_repo")  # Their outputs say what the paper is, and where its code lies.


@dataclass
class PaperRun:
    """A run of the paper and what it has left for the page. `files`: name to sha256; `outputs` by node."""

    id: int
    status: str
    score: float | None
    created_at: datetime
    removed_at: datetime | None  # its files, by retention
    is_judged: bool = False
    files: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.status in RUN_FINISHED

    @property
    def is_scanned(self) -> bool:
        return bool(self.outputs.get("ingest_pdf", {}).get("scanned"))

    @property
    def repository(self) -> str:
        """The address of the repository that was read; empty where none was."""
        return str(self.outputs.get("fetch_repo", {}).get("url") or "")


@dataclass(frozen=True)
class Sheet:
    """One page. `width` and `height` are points as shown. Without `image`, a picture's sha256, `note` says why."""

    number: int
    width: float
    height: float
    image: str | None = None
    pixels: tuple[int, int] = (0, 0)
    note: str = ""


@dataclass(frozen=True)
class Words:
    """Words set from (x, y), the start of their base line, over `length` points; `turn` is in degrees, clockwise."""

    x: float
    y: float
    size: float
    length: float
    text: str
    turn: int = 0


@dataclass(frozen=True)
class Layer:
    """The words of a page of `width` by `height` points. A line has more than one part where a word is divided."""

    width: float
    height: float
    lines: tuple[tuple[Words, ...], ...]


def of_paper(paper_id: int, wanted: int | None = None) -> list[PaperRun]:
    """The paper's last runs, newest first, with the wanted one however old it is; one query."""
    runs: dict[int, PaperRun] = {}
    for row in db.session.execute(_left_by_runs(paper_id, wanted)):
        run = runs.setdefault(row.id, PaperRun(row.id, row.status, row.score, row.created_at, row.artifacts_removed_at))
        run.is_judged |= row.node_id == JUDGE
        if row.sha256:
            run.files[row.name] = row.sha256
        if row.output:
            run.outputs[row.node_id] = row.output
    return list(runs.values())


def sheets(run: PaperRun) -> list[Sheet]:
    """The pages of that run, as far as it has come."""
    if PICTURES in run.files:
        return [_sheet(page) for page in _read(run.files[PICTURES])["pages"]]
    sizes = run.outputs.get("ingest_pdf", {}).get("page_sizes", ())
    why = _why_none(run)
    return [Sheet(number, width, height, note=why) for number, (width, height) in enumerate(sizes, 1)]


def _why_none(run: PaperRun) -> str:
    if run.removed_at:
        return "The picture of the page was removed by retention."
    return "This run left no picture of the page." if run.is_over else "The page is being drawn."


def words(sha256: str, number: int) -> Layer:
    """The text layer of a page; one without words where there is no such page."""
    pages: Sequence[Mapping[str, Any]] = _read(sha256)["pages"]
    if not 0 < number <= len(pages):
        return Layer(1, 1, ())
    page = pages[number - 1]
    return Layer(page["width"], page["height"], tuple(tuple(map(_set, line)) for line in page["lines"]))


def has_text(run: PaperRun) -> bool | None:
    """Whether any words can be selected; None while the text has not been taken yet."""
    return any(page["lines"] for page in _read(run.files[LINES])["pages"]) if LINES in run.files else None


def file_of(paper_id: int, sha256: str) -> NodeArtifact | None:
    """A committed file of one of the paper's runs, by what is in it."""
    return db.session.scalars(
        select(NodeArtifact)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .join(WorkflowRun, WorkflowRun.id == NodeArtifact.run_id)
        .where(NodeArtifact.sha256 == sha256, WorkflowRun.paper_id == paper_id)
        .where(NodeArtifact.attempt == WorkflowNode.committed_attempt)
        .limit(1)
    ).first()


def _left_by_runs(paper_id: int, wanted: int | None) -> Select[Any]:
    newest = select(WorkflowRun.id).where(WorkflowRun.paper_id == paper_id).order_by(WorkflowRun.id.desc()).limit(RUNS)
    its_attempt = NodeAttempt.attempt == WorkflowNode.committed_attempt
    return (
        select(
            WorkflowRun.id, WorkflowRun.status, WorkflowRun.score, WorkflowRun.created_at,
            WorkflowRun.artifacts_removed_at,
            WorkflowNode.node_id, NodeArtifact.name, NodeArtifact.sha256, NodeAttempt.output,
        )
        .outerjoin(
            WorkflowNode,
            and_(
                WorkflowNode.run_id == WorkflowRun.id,
                WorkflowNode.node_id.in_([*FILES, *TELLING, JUDGE]),
                WorkflowNode.committed_attempt.is_not(None),
            ),
        )
        .outerjoin(
            NodeArtifact,
            and_(
                NodeArtifact.node_id == WorkflowNode.id,
                NodeArtifact.attempt == WorkflowNode.committed_attempt,
                NodeArtifact.name.in_(FILES.values()),
            ),
        )
        .outerjoin(
            NodeAttempt,
            and_(NodeAttempt.node_id == WorkflowNode.id, its_attempt, WorkflowNode.node_id.in_(TELLING)),
        )
        .where(WorkflowRun.paper_id == paper_id)
        .where(or_(WorkflowRun.id.in_(select(newest.subquery().c.id)), WorkflowRun.id == wanted))
        .order_by(WorkflowRun.id.desc())
    )  # fmt: skip


def _set(piece: Sequence[Any]) -> Words:
    """Where SVG must write a piece (`jobs/papers/layer.py`) for it to fill its box."""
    left, top, right, bottom, text, *turned = piece
    turn = turned[0] if turned else 0
    across, down = right - left, bottom - top
    length, size = (across, down) if turn in (0, 180) else (down, across)
    below = BELOW * size
    starts = {
        0: (left, bottom - below),
        90: (left + below, top),
        180: (right, top + below),
        270: (right - below, bottom),
    }
    x, y = starts[turn]
    return Words(round(x, 1), round(y, 1), round(SIZE * size, 1), round(length, 1), text, turn)


def _sheet(page: Mapping[str, Any]) -> Sheet:
    across, down = page["pixels"] or (0, 0)
    return Sheet(page["number"], page["width"], page["height"], page["sha256"], (across, down), page["note"])


@lru_cache(maxsize=8)
def _read(sha256: str) -> Mapping[str, Any]:
    """A JSON file of the store. It is called by what is in it, so it may be kept; whoever asks was let in before."""
    return json.loads(artifacts.path_of(sha256).read_bytes())  # type: ignore[no-any-return]
