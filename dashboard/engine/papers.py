"""Take a PDF into a team's papers."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dashboard.engine import artifacts, audit, room
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Paper

SIGNATURE = b"%PDF-"
SIGNATURE_WITHIN = 1024
LONGEST_NAME = 255
UNNAMED = "paper.pdf"
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # Unicode categories: control, direction, half a letter, ...
JOINERS = "\u200c\u200d"  # of Persian words and of emoji


def add(team_id: int, filename: str, content: Path, title: str = "", by: int | None = None) -> tuple[Paper, bool]:
    """Store the PDF; the paper, and whether it is new: the same bytes again are the paper the team has.

    InvalidInputError where it is no PDF, NotAllowedError where the team has no room for it.
    """
    name = name_of(filename)
    _check_is_pdf(name, content)
    known = _find(team_id, artifacts.digest(content))
    if known is not None:
        return known, False
    room.look_for_paper(db.session.connection(), team_id, content.stat().st_size)
    stored = artifacts.store(content)
    paper = Paper(
        team_id=team_id,
        title=title[:500] or _name_for(name),
        filename=name,
        sha256=stored.sha256,
        bytes=stored.bytes,
        uploaded_by=by,
        created_at=now(),
    )
    try:
        with writing() as session:
            room.keep_for_paper(session.connection(), team_id, stored.bytes)
            session.add(paper)
            session.flush()
            audit.add(session.connection(), "paper.add", "paper", paper.id, team_id, by, {"filename": name})
    except IntegrityError:  # somebody added the same bytes in this moment
        other = _find(team_id, stored.sha256)
        if other is None:
            raise
        return other, False
    return paper, True


def name_of(filename: str) -> str:
    """The name a file is kept under: no folders, nothing that a terminal or a line of text would act on, no more than
    255 characters, of which the ending is kept."""
    last = PurePosixPath(PureWindowsPath(filename).as_posix()).name
    plain = "".join(one for one in last if one in JOINERS or unicodedata.category(one) not in UNSEEN).strip()
    ending = PurePosixPath(plain).suffix[:20]
    return (plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(ending)] + ending).strip(".") or UNNAMED


def megabytes(size: int) -> str:
    """A limit as people and settings give it: `200 MB`."""
    return f"{size / 1024**2:,.0f} MB"


def entitle(paper_id: int, title: str) -> None:
    """Give a paper that is still called by its file's name the title that was read in it."""
    with writing() as session:
        paper = session.get(Paper, paper_id)
        if paper is not None and title.strip() and paper.title == _name_for(paper.filename):
            paper.title = title.strip()[:500]


def _name_for(filename: str) -> str:
    return PurePosixPath(filename).stem[:500]


def _check_is_pdf(name: str, content: Path) -> None:
    with content.open("rb") as file:
        head = file.read(SIGNATURE_WITHIN)
    if not head:
        raise InvalidInputError(f"{name} is empty.")
    if SIGNATURE not in head:
        raise InvalidInputError(f"{name} is not a PDF: it does not begin with %PDF-.")


def _find(team_id: int, sha256: str) -> Paper | None:
    return db.session.scalar(select(Paper).where(Paper.team_id == team_id, Paper.sha256 == sha256))
