"""The files that rows name, each once, and who names one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select, union

from dashboard.extensions import db
from dashboard.models import NodeArtifact, Paper

AT_A_TIME = 500


@dataclass(frozen=True)
class Named:
    """A file as its rows describe it."""

    sha256: str
    bytes: int


def named() -> Iterator[Named]:
    """Every file in the order of its hash, page after page."""
    last = ""
    while True:
        pages = [_after(kind, last).subquery().select() for kind in (NodeArtifact, Paper)]
        both = union(*pages).subquery()
        found = db.session.execute(select(both).order_by(both.c.sha256).limit(AT_A_TIME)).all()
        db.session.rollback()
        yield from (Named(row.sha256, row.bytes) for row in found)
        if len(found) < AT_A_TIME:
            return
        last = found[-1].sha256


def owner(sha256: str) -> str | None:
    """Who names the file: a paper, or the newest node that left it; None where nobody does any more."""
    paper = db.session.scalar(select(Paper.id).where(Paper.sha256 == sha256).limit(1))
    if paper is not None:
        return f"the PDF of paper {paper}"
    left = select(NodeArtifact.name, NodeArtifact.run_id).where(NodeArtifact.sha256 == sha256)
    row = db.session.execute(left.order_by(NodeArtifact.id.desc()).limit(1)).first()
    return f"{row.name} of run {row.run_id}" if row else None


def _after(kind: type[NodeArtifact | Paper], last: str) -> Select[str, int]:
    wanted = select(kind.sha256, kind.bytes).where(kind.sha256 > last).distinct()
    return wanted.order_by(kind.sha256).limit(AT_A_TIME)
