"""What became of an upload, file by file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from dashboard.engine.uploads import Fate
from dashboard.extensions import db
from dashboard.models import Paper, UploadedFile, WorkflowRun

PAGE = 100


@dataclass(frozen=True)
class FileRow:
    """A file with the paper it is, and the run that was started on it or had been before."""

    id: int
    name: str
    fate: str
    message: str | None
    paper_id: int | None
    title: str | None
    run_id: int | None
    run_status: str | None


@dataclass(frozen=True)
class FilePage:
    """One page of files, in the order they were taken in; `next_after` opens the next."""

    rows: tuple[FileRow, ...]
    next_after: int | None


@dataclass(frozen=True)
class Outcome:
    """How many files of an upload met each fate, how many runs they have, and one of those."""

    counts: Mapping[Fate, int]
    runs: int
    run_id: int | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_clean(self) -> bool:
        """Every file was added: there is nothing to tell about any."""
        return set(self.counts) == {Fate.ADDED}


def outcome(upload_id: int) -> Outcome:
    """What became of the upload's files, so far."""
    counted = select(UploadedFile.fate, func.count(), func.count(UploadedFile.run_id), func.max(UploadedFile.run_id))
    rows = db.session.execute(counted.where(UploadedFile.upload_id == upload_id).group_by(UploadedFile.fate)).all()
    counts = {Fate(row[0]): row[1] for row in sorted(rows, key=lambda row: list(Fate).index(Fate(row[0])))}
    return Outcome(counts, sum(row[2] for row in rows), next((row[3] for row in rows if row[3]), None))


def files(upload_id: int, fate: str = "", after: int = 0, limit: int = PAGE) -> FilePage:
    """A page of the upload's files; with `fate` those that met it."""
    wanted = (
        select(UploadedFile.id, UploadedFile.name, UploadedFile.fate, UploadedFile.message, UploadedFile.paper_id,
               Paper.title, UploadedFile.run_id, WorkflowRun.status.label("run_status"))
        .outerjoin(Paper, Paper.id == UploadedFile.paper_id)
        .outerjoin(WorkflowRun, WorkflowRun.id == UploadedFile.run_id)
        .where(UploadedFile.upload_id == upload_id, UploadedFile.id > after)
        .order_by(UploadedFile.id)
        .limit(limit + 1)
    )  # fmt: skip
    if fate:
        wanted = wanted.where(UploadedFile.fate == fate)
    rows = tuple(FileRow(**row._mapping) for row in db.session.execute(wanted))
    return FilePage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)
