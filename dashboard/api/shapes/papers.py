"""Papers, and what became of uploaded files."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field
from spectree.model_adapter.pydantic_adapter import BaseFile

from dashboard.api.shapes.base import Asked, Id, PageAsked, PageTold, Told
from dashboard.api.shapes.runs import Run
from dashboard.engine.uploads import Fate
from dashboard.reads.paper_filter import Standing


class PapersAsked(PageAsked):
    """Which papers; what is left out narrows nothing."""

    q: str = Field("", max_length=200, description="Letters of the title or of the file's name.")
    state: Standing | None = Field(None, description="How the paper stands with its runs.")
    order: Literal["newest", "oldest", "best", "worst"] = Field(
        "newest", description="Best and worst know no papers without a score."
    )


class Badge(Told):
    """Something a run attested to its paper."""

    title: str
    is_warning: bool


class PaperListed(Told):
    """A paper with its newest run, and the newest that was scored."""

    id: int
    title: str
    filename: str
    bytes: int
    created_at: datetime
    run_id: int | None
    run_status: str | None
    scored_run_id: int | None
    score: float | None
    badges: list[Badge]


class Papers(PageTold):
    items: list[PaperListed]


class Paper(Told):
    """A paper with its last runs, newest first."""

    id: int
    title: str
    filename: str
    sha256: str
    bytes: int
    created_at: datetime
    runs: list[Run]


class UploadAsked(Asked):
    """Files, and what is to be done with them."""

    files: list[BaseFile] = Field(min_length=1, description="PDFs, and zips of them.")
    start: str | None = Field(None, max_length=200, description="The workflow to start on each.")
    cohort: Id | None = Field(None, description="The cohort they go into.")


class FileTaken(Told):
    """What became of one file; `message` says why, where it is no new paper."""

    name: str
    fate: Fate
    paper_id: int | None
    run_id: int | None
    message: str | None


class UploadTold(Told):
    """An upload, file by file."""

    id: int
    files: list[FileTaken]
