"""Where what a row names is: its paper here, its files in the folder that was copied from the other system."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, select

from dashboard.engine import artifacts, papers
from dashboard.engine.errors import EngineError
from dashboard.engine.outcomes import KeptArtifact
from dashboard.extensions import db
from dashboard.legacy.cells import NotFittingError
from dashboard.legacy.reading import ReadNode, ReadPaper
from dashboard.models import ImportedRun, Paper, WorkflowRun


@dataclass(frozen=True)
class Found:
    """A row's paper: one that is here, or a PDF that would be taken in."""

    paper_id: int | None
    pdf: Path | None = None
    title: str = ""


def paper(of: ReadPaper, source: str, team_id: int, folder: Path) -> Found:
    """The paper by its PDF, its hash, its key in an earlier import, or its title; NotFittingError where it is not here.

    A PDF that lies elsewhere than it should, or is another than the row says, is not taken.
    """
    pdf = file(of.pdf, folder) if of.pdf else None
    sha256 = artifacts.digest(pdf) if pdf else of.sha256
    if pdf and of.sha256 and of.sha256.lower() != sha256:
        raise NotFittingError(f"{of.pdf} has another sha256 than the row says.")
    mine = Paper.team_id == team_id
    known = (
        (_one(mine, Paper.sha256 == sha256.lower()) if sha256 else None)
        or (_imported(of.key, source, team_id) if of.key and not sha256 else None)
        or (_one(mine, Paper.title == of.title) if of.title and not pdf else None)
    )
    if known is None and pdf is None:
        raise NotFittingError(f"Its paper is not here: {_described(of, folder)}. Upload the PDF, and import again.")
    return Found(known, None if known else pdf, of.title or "")


def take_in(found: Found, team_id: int) -> int:
    """The paper's id; a PDF that is not here yet is taken in."""
    if found.paper_id is not None:
        return found.paper_id
    assert found.pdf is not None
    try:
        return papers.add(team_id, found.pdf.name, found.pdf, found.title)[0].id
    except EngineError as error:
        raise NotFittingError(str(error)) from error


def look_at_files(node: ReadNode, folder: Path) -> None:
    """NotFittingError where one of the node's files is not there."""
    for _name, path, _text in node.files:
        if path and file(path, folder) is None:
            raise NotFittingError(f"{path}, a file of {node.id}, is not in {folder}.")


def keep_files(node: ReadNode, folder: Path) -> tuple[KeptArtifact, ...]:
    """The node's files, put into the store."""
    kept = []
    for name, path, text in node.files:
        content = file(path, folder) if path else (text or "").encode()
        assert content is not None
        stored = artifacts.store(content)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kept.append(KeptArtifact(name, media_type, stored.sha256, stored.bytes))
    return tuple(kept)


def file(path: str, folder: Path) -> Path | None:
    """The file of that path within the folder; None where there is none, or where it leads out of the folder."""
    inside = folder.resolve()
    found = (inside / path).resolve()
    return found if found.is_relative_to(inside) and found.is_file() else None


def _one(*conditions: ColumnElement[bool]) -> int | None:
    """The only paper of which that holds: two of one title are not told apart."""
    found = db.session.scalars(select(Paper.id).where(*conditions).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _imported(key: str, source: str, team_id: int) -> int | None:
    """The paper of an earlier import from the same paper there."""
    same = select(WorkflowRun.paper_id).join(ImportedRun, ImportedRun.run_id == WorkflowRun.id).where(
        ImportedRun.team_id == team_id, ImportedRun.source == source, ImportedRun.paper_key == key
    )  # fmt: skip
    return db.session.scalar(same.order_by(ImportedRun.id.desc()).limit(1))


def _described(of: ReadPaper, folder: Path) -> str:
    told = [f"{of.pdf} is not in {folder}" if of.pdf else "the row names no PDF"]
    told += [f"no paper has the sha256 {of.sha256[:12]}"] if of.sha256 else []
    told += [f"no single paper is called {of.title!r}"] if of.title else []
    return ", ".join(told)
