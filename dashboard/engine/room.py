"""Room in a team's limits: what it has, and the refusal of what would be too much.

Papers count with their bytes, and so does every file that a node of theirs left, also where two are the same file.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from dashboard.engine import team_limits
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.tables import run
from dashboard.engine.team_limits import RAISED_BY, Limits
from dashboard.models import Paper

GIGABYTE = 1024**3

_PAPERS = (
    select(func.count(), func.coalesce(func.sum(Paper.bytes), 0))
    .where(Paper.team_id == bindparam("team"))
    .execution_options(point="room: papers")
)
_PRODUCED = (
    select(func.coalesce(func.sum(run.c.stored_bytes), 0))
    .where(run.c.team_id == bindparam("team"))
    .execution_options(point="room: produced")
)


@dataclass(frozen=True)
class Kept:
    """What a team has stored: its papers, and the bytes of papers and produced files together."""

    papers: int
    bytes: int


def kept(connection: Connection, team_id: int) -> Kept:
    """Two sums over indexes that hold all they read."""
    papers, uploaded = connection.execute(_PAPERS, {"team": team_id}).one()
    produced = connection.execute(_PRODUCED, {"team": team_id}).scalar_one()
    return Kept(papers, int(uploaded) + int(produced))


def look_for_paper(connection: Connection, team_id: int, size: int) -> None:
    """NotAllowedError where a paper of that many bytes has no room, as far as one can see without waiting."""
    _refuse_paper(connection, team_id, size, team_limits.of_team(connection, team_id))


def keep_for_paper(connection: Connection, team_id: int, size: int) -> None:
    """The same for sure: nobody else takes the room before the caller's transaction ends."""
    most = team_limits.of_team(connection, team_id)
    if most.papers is not None or most.storage_bytes is not None:
        _refuse_paper(connection, team_id, size, team_limits.lock(connection, team_id))


def look_for_run(connection: Connection, team_id: int) -> None:
    """NotAllowedError where the team's storage is full. Runs under way may finish, whatever they store."""
    most = team_limits.of_team(connection, team_id).storage_bytes
    if most is not None and (has := kept(connection, team_id).bytes) >= most:
        raise NotAllowedError(f"No run was started: the team stores {of(has, most)}. {RAISED_BY}")


def of(has: int, most: int) -> str:
    """`9.8 of 10 GB`."""
    return f"{gigabytes(has)} of {gigabytes(most)} GB"


def gigabytes(size: int) -> str:
    """Without the unit, to a thousandth, as a field of a form takes it."""
    return f"{size / GIGABYTE:.3f}".rstrip("0").rstrip(".")


def _refuse_paper(connection: Connection, team_id: int, size: int, most: Limits) -> None:
    if most.papers is None and most.storage_bytes is None:
        return
    has = kept(connection, team_id)
    if most.papers is not None and has.papers >= most.papers:
        raise NotAllowedError(f"It was not kept: the team has {has.papers:,} of {most.papers:,} papers. {RAISED_BY}")
    if most.storage_bytes is not None and has.bytes + size > most.storage_bytes:
        left = max(0, most.storage_bytes - has.bytes)
        raise NotAllowedError(
            f"It was not kept: the team stores {of(has.bytes, most.storage_bytes)}, and {size:,} bytes do not fit in "
            f"the {left:,} that are left. {RAISED_BY}"
        )
