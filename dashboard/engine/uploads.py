"""Take in what a person hands in: PDFs, and zips of them. Each file has a fate of its own, and it is kept.

file  -> ADDED | KNOWN | LEFT_OUT | REFUSED
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

from sqlalchemy import Connection, Table, insert

from dashboard.engine import acts, audit, definitions, paper_runs, papers, zipped
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import EngineError, InvalidInputError
from dashboard.engine.transactions import persist
from dashboard.models import Upload, UploadedFile

CHUNK = 1024 * 1024
LONGEST_NAME, LONGEST_MESSAGE = 300, 500

upload = cast(Table, Upload.__table__)
uploaded_file = cast(Table, UploadedFile.__table__)


class Fate(StrEnum):
    ADDED = "ADDED"
    KNOWN = "KNOWN"  # the team has a paper of the same bytes
    LEFT_OUT = "LEFT_OUT"  # in a zip, and never meant as a paper
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Taken:
    """What became of one file; `message` says why, where it did not become a paper or was one before."""

    name: str
    fate: Fate
    paper_id: int | None = None
    run_id: int | None = None
    message: str | None = None


@dataclass(frozen=True)
class Terms:
    """How files are taken in: for whom, the workflow to start on each, and the most bytes of a paper and of a zip."""

    team_id: int
    by: int | None
    workflow: str | None
    most_each: int
    most_in_all: int


def begin(team_id: int, by: int | None) -> int:
    """Begin an upload; its id."""

    def body(connection: Connection) -> Act[int]:
        values = {"team_id": team_id, "created_by": by, "created_at": now()}
        added = connection.execute(insert(upload).values(values)).inserted_primary_key
        upload_id = int(added[0])  # type: ignore[index]  # an INSERT of one row always has one
        return Act(audit.add(connection, "upload.begin", "upload", upload_id, team_id, by), "upload.begin", upload_id)

    return acts.perform(body)


def take_in(upload_id: int, name: str, content: IO[bytes], terms: Terms) -> Iterator[Taken]:
    """Take in a file, or a zip file by file; each is told, and kept, as soon as it is done."""
    head = content.read(papers.SIGNATURE_WITHIN)
    content.seek(0)
    for taken in _from_zip(name, content, terms) if zipped.is_zip(head) else [_one(name, content, terms)]:
        yield keep(upload_id, taken)


def keep(upload_id: int, taken: Taken) -> Taken:
    """Keep what became of a file of the upload; the same again."""
    values = {
        "upload_id": upload_id,
        "name": taken.name[:LONGEST_NAME],
        "fate": taken.fate,
        "paper_id": taken.paper_id,
        "run_id": taken.run_id,
        "message": taken.message[:LONGEST_MESSAGE] if taken.message else None,
    }
    persist(lambda connection: connection.execute(insert(uploaded_file).values(values)).rowcount)
    return taken


def _from_zip(name: str, archive: IO[bytes], terms: Terms) -> Iterator[Taken]:
    try:
        for file in zipped.unpack(archive, terms.most_each, terms.most_in_all):
            shown = f"{name}: {file.name}"
            if file.content is not None:
                yield _paper(shown, file.name, file.content, terms)
            else:
                yield Taken(shown, Fate.REFUSED if file.is_paper else Fate.LEFT_OUT, message=file.trouble)
    except InvalidInputError as error:
        yield Taken(name, Fate.REFUSED, message=str(error))


def _one(name: str, content: IO[bytes], terms: Terms) -> Taken:
    with tempfile.NamedTemporaryFile(prefix="papersnitch-upload-") as place:
        shutil.copyfileobj(content, place, CHUNK)
        place.flush()
        if place.tell() > terms.most_each:
            most = papers.megabytes(terms.most_each)
            return Taken(name, Fate.REFUSED, message=f"It is larger than {most}, the most a paper may weigh.")
        return _paper(name, name, Path(place.name), terms)


def _paper(shown: str, filename: str, content: Path, terms: Terms) -> Taken:
    try:
        paper, is_new = papers.add(terms.team_id, filename, content, by=terms.by)
    except EngineError as error:
        return Taken(shown, Fate.REFUSED, message=str(error))
    fate, message = (Fate.ADDED, None) if is_new else (Fate.KNOWN, f"The same file is here as {paper.filename}.")
    if terms.workflow is None:
        return Taken(shown, fate, paper.id, None, message)
    try:
        run_id = paper_runs.start(paper, definitions.active(terms.workflow), terms.by)
        return Taken(shown, fate, paper.id, run_id, message)
    except EngineError as error:
        return Taken(shown, fate, paper.id, None, f"No run was started: {error}")
