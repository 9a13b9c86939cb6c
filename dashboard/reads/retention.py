"""What retention would remove now, in figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, null, select

from dashboard.engine import keeping, loose_files, old_threads
from dashboard.engine.retention import DAY, ROWS, Kind, is_due
from dashboard.engine.tables import artifact, run
from dashboard.engine.transactions import reading
from dashboard.keeping import Keeping


@dataclass(frozen=True)
class Due:
    """Of which team (None: of all together), what, after how many days (0: never), of how many runs, how many rows
    with how many bytes, where these are known."""

    team_id: int | None
    kind: str
    days: float
    runs: int = 0
    rows: int = 0
    bytes: int | None = None


def due() -> list[Due]:
    """For every team and kind, and the files that go because nothing names them."""
    with reading() as connection:
        teams = keeping.of_teams(connection)
        found = [one for team_id, kept in teams.items() for one in _of_team(connection, team_id, kept)]
        files = connection.execute(loose_files.COUNT).scalar_one()
    return [*found, Due(None, "files", loose_files.GRACE_SECONDS / DAY, rows=files)]


def _of_team(connection: Connection, team_id: int, kept: Keeping) -> Iterator[Due]:
    for kind in Kind:
        days = getattr(kept, kind)
        yield _counted(connection, team_id, kind, days) if days else Due(team_id, kind, days)
    which = {"team": team_id, "ago": -kept.checkpoints * DAY}
    threads = select(func.count()).select_from(old_threads.OLD.subquery())
    rows = connection.execute(threads, which).scalar_one() if kept.checkpoints else 0
    yield Due(team_id, "checkpoints", kept.checkpoints, rows=rows)


def _counted(connection: Connection, team_id: int, kind: Kind, days: float) -> Due:
    weight = func.sum(artifact.c.bytes) if kind is Kind.ARTIFACTS else null()
    counts = select(func.count(run.c.id.distinct()), func.count(), weight).where(ROWS[kind], is_due(kind))
    runs, rows, size = connection.execute(counts, {"team": team_id, "ago": -days * DAY}).one()
    return Due(team_id, kind, days, runs, rows, int(size or 0) if kind is Kind.ARTIFACTS else None)
