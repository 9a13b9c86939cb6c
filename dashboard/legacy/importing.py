"""The import itself: row after row, each in a transaction of its own, those that are here already left alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from dashboard import email_address
from dashboard.engine import importing
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.importing import Origin, PastNode, PastRun
from dashboard.engine.outcomes import LogLine
from dashboard.engine.states import NodeStatus
from dashboard.extensions import db
from dashboard.legacy import cells, places, reading
from dashboard.legacy.cells import NotFittingError
from dashboard.legacy.mapping import Mapping
from dashboard.legacy.places import Found
from dashboard.legacy.reading import NotFinishedError, ReadNode, ReadRow
from dashboard.legacy.source import Row
from dashboard.models import ImportedRun, Membership, User, WorkflowDefinition

AT_A_TIME = 50  # rows that are looked up together
LONGEST_LINE = 16_000
SKIPPED = "the other system left nothing of it"


class Fate(StrEnum):
    """What becomes of a row."""

    IMPORTED = "imported"
    KNOWN = "here already"
    CHANGED = "changed since it was imported, and left as it was"
    UNFINISHED = "not finished there"
    UNFITTING = "does not fit"


@dataclass(frozen=True)
class Told:
    """A row and what became of it; in a dry run, what would."""

    key: str
    fate: Fate
    sentence: str = ""


@dataclass(frozen=True)
class Import:
    """What is imported how: for which team, with the files in which folder, and whether anything is written."""

    mapping: Mapping
    team_id: int
    folder: Path
    is_dry: bool
    _coming: set[str] = field(default_factory=set)  # in a dry run: keys and titles of papers that would be new

    def run(self, rows: Iterable[Row]) -> Iterator[Told]:
        """Import row after row; each is told as soon as it is done, and stays done whatever becomes of the others."""
        workflow, seen, remaining = None if self.is_dry else self._workflow(), set[str](), iter(rows)
        while some := list(islice(remaining, AT_A_TIME)):
            known = self._known(some)
            for row in some:
                yield self._tell(row, workflow, known, seen)

    def _workflow(self) -> WorkflowDefinition:
        words = f"As {self.mapping.source} ran it. Its runs were imported, and new ones are never started."
        return importing.definition(self.mapping.workflow, self.mapping.shape, words)

    def _known(self, rows: Sequence[Row]) -> dict[str, str]:
        """The hashes of those of the rows that are here already, by key."""
        keys = {str(cells.value(row, self.mapping.key)) for row in rows}
        wanted = select(ImportedRun.row_key, ImportedRun.digest).where(
            ImportedRun.team_id == self.team_id,
            ImportedRun.source == self.mapping.source,
            ImportedRun.row_key.in_(keys),
        )
        return {row.row_key: row.digest for row in db.session.execute(wanted)}

    def _tell(self, row: Row, workflow: WorkflowDefinition | None, known: dict[str, str], seen: set[str]) -> Told:
        key = str(cells.value(row, self.mapping.key) or "?")
        try:
            read = reading.read(row, self.mapping)
            if read.key in seen:
                raise NotFittingError(f"A row before it has the same {self.mapping.key}.")
            seen.add(read.key)
            if read.key in known:
                return Told(read.key, Fate.KNOWN if known[read.key] == read.digest else Fate.CHANGED)
            return Told(read.key, Fate.IMPORTED, self._take(read, workflow))
        except NotFinishedError as why:
            return Told(key, Fate.UNFINISHED, str(why))
        except (NotFittingError, NotAllowedError) as why:
            return Told(key, Fate.UNFITTING, str(why))
        except DataError as error:
            return Told(key, Fate.UNFITTING, f"The database cannot keep it: {error.orig}")
        except IntegrityError:  # another import brought it in this moment
            return Told(key, Fate.KNOWN)

    def _take(self, read: ReadRow, workflow: WorkflowDefinition | None) -> str:
        """Import the row; what it is now, or in a dry run would be."""
        found = self._paper(read)
        for one in read.nodes:
            _check_size(one)
            places.look_at_files(one, self.folder)
        if workflow is None:
            self._coming.update(one for one in (read.paper.key, read.paper.title) if one and found.pdf)
            return f"{read.status.lower()}, on {_named(found)}"
        paper_id = places.take_in(found, self.team_id)
        run_id = importing.save(self._past(read), workflow, self.team_id, paper_id)
        return f"run {run_id}, {read.status.lower()}, on paper {paper_id}"

    def _paper(self, read: ReadRow) -> Found:
        try:
            return places.paper(read.paper, self.mapping.source, self.team_id, self.folder)
        except NotFittingError:
            if self._coming.isdisjoint((read.paper.key, read.paper.title)):
                raise
            return Found(None)

    def _past(self, read: ReadRow) -> PastRun:
        return PastRun(
            Origin(self.mapping.source, read.key, read.paper.key, read.digest), read.status, read.created_at,
            read.started_at, read.finished_at, _person(read.started_by, self.team_id),
            tuple(self._node(one) for one in read.nodes),
        )  # fmt: skip

    def _node(self, one: ReadNode) -> PastNode:
        error_type, error = one.raised
        return PastNode(
            node_id=one.id, status=one.status, finished_at=one.finished_at, started_at=one.started_at,
            output=one.output, error_type=error_type, error=error,
            traceback=one.error if one.error.startswith("Traceback") else "",
            lines=tuple(LogLine(number, "info", line[:LONGEST_LINE], one.finished_at)
                        for number, line in enumerate(one.lines, 1)),
            files=places.keep_files(one, self.folder),
            why_skipped=SKIPPED if one.status == NodeStatus.SKIPPED else None,
        )  # fmt: skip


def _check_size(one: ReadNode) -> None:
    size, limit = len(json.dumps(one.output).encode()), current_app.extensions["settings"].max_output_bytes
    if size > limit:
        raise NotFittingError(f"The result of {one.id} has {size:,} bytes, more than {limit:,}: map it as a file.")


def _named(found: Found) -> str:
    if found.paper_id is not None:
        return f"paper {found.paper_id}"
    return f"the new paper {found.pdf.name}" if found.pdf else "a new paper of a row before it"


def _person(email: str | None, team_id: int) -> int | None:
    """The member of the team with that address."""
    if not email:
        return None
    member = select(User.id).join(Membership, Membership.user_id == User.id).where(Membership.team_id == team_id)
    return db.session.scalar(member.where(User.email == email_address.folded(email)))
