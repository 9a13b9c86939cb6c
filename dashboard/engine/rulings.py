"""Rulings: a person confirms or overrules a criterion, and the scores of every run it holds for follow at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select, update

from dashboard.engine import acts, rubrics, settling, standing
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.engine.tables import run
from dashboard.engine.transactions import look
from dashboard.judging.evidence import Answer
from dashboard.judging.opinion import commit_for
from dashboard.judging.rubric import named
from dashboard.judging.tally import counted_once, tally
from dashboard.models import Rescore, Ruling

LONGEST_REASON = 4_000
TABLE = cast(Table, Ruling.__table__)
RESCORE = cast(Table, Rescore.__table__)


@dataclass(frozen=True)
class Wanted:
    """What a person says. `rubric` may name a version: `neurips@2025.1`."""

    rubric: str
    criterion: str
    answer: Answer
    reason: str


@dataclass(frozen=True)
class Point:
    """What is ruled on: one criterion of one paper, at a commit if it is about the repository."""

    team_id: int
    paper_id: int
    rubric: str
    criterion: str
    at_commit: str
    found: Answer


def rule(run_id: int, rubric: str, criterion: str, answer: str, reason: str, by: int) -> int:
    """Confirm or overrule what the checks of a run found; the ruling's id.

    It replaces the person's earlier ruling on the same point; the same again changes nothing.
    """
    wanted = Wanted(rubric, criterion, _answer(answer), reason.strip())
    paper_runs = look(lambda connection: _runs_beside(connection, run_id))

    def body(connection: Connection) -> Act[int]:
        _lock(connection, paper_runs)
        point = _point(connection, run_id, wanted)
        if point.found is not wanted.answer and not wanted.reason:
            raise InvalidInputError("Overruling the checks needs a reason.")
        ruling_id = _same(connection, point, wanted, by) or _enter(connection, run_id, point, wanted, by)
        _score(connection, paper_runs)
        detail = {"ruling": ruling_id, "criterion": f"{point.rubric}/{criterion}", "answer": str(wanted.answer)}
        return acts.on_run(connection, run_id, "ruling.make", by, detail, ruling_id)

    return acts.perform(body)


def withdraw(ruling_id: int, by: int) -> None:
    """Let a ruling count no more; it stays to be seen. One that was withdrawn before stays as it is."""
    wanted = select(TABLE.c.run_id).where(TABLE.c.id == ruling_id)
    run_id = look(lambda connection: connection.execute(wanted).scalar())
    if run_id is None:
        raise NotFoundError(f"There is no ruling {ruling_id}.")
    paper_runs = look(lambda connection: _runs_beside(connection, run_id))

    def body(connection: Connection) -> Act[None]:
        _lock(connection, paper_runs)
        _end(connection, [ruling_id])
        _score(connection, paper_runs)
        return acts.on_run(connection, run_id, "ruling.withdraw", by, {"ruling": ruling_id}, None)

    acts.perform(body)


def _answer(answer: str) -> Answer:
    try:
        return Answer(answer)
    except ValueError:
        raise InvalidInputError(f"No criterion can be {answer[:40]!r}: {', '.join(Answer)}.") from None


def _runs_beside(connection: Connection, run_id: int) -> list[int]:
    """All runs of the paper that run is about, in the order in which they are locked."""
    paper_id = select(run.c.paper_id).where(run.c.id == run_id).scalar_subquery()
    return list(connection.execute(select(run.c.id).where(run.c.paper_id == paper_id).order_by(run.c.id)).scalars())


def _lock(connection: Connection, run_ids: Collection[int]) -> None:
    for run_id in run_ids:
        settling.lock_run(connection, run_id)


def _point(connection: Connection, run_id: int, wanted: Wanted) -> Point:
    """What the checks found on it, in the run itself or when it was scored again."""
    if len(wanted.reason) > LONGEST_REASON:
        raise InvalidInputError(f"A reason has at most {LONGEST_REASON:,} characters.")
    team_id = connection.execute(select(run.c.team_id).where(run.c.id == run_id)).scalar_one()
    name, version = named(wanted.rubric)
    own = next(iter(standing.found(connection, [run_id], name)), None)
    if own is None:
        raise NotFoundError(f"Run {run_id} has judged nothing yet.")
    version = version or own.versions.get(name)
    is_own = name in own.rubrics and version == own.versions.get(name)
    answers = own.rubrics[name] if is_own else _rescored(connection, run_id, name, version)
    if wanted.criterion not in answers:
        raise NotFoundError(f"Run {run_id} was not asked {name}/{wanted.criterion}.")
    rubric = rubrics.find(connection, team_id, f"{name}@{version}" if version else name)
    about = next((one.about for one in rubric.criteria if one.id == wanted.criterion), "paper")
    at_commit = commit_for(about, own.commit)
    return Point(team_id, own.paper_id, name, wanted.criterion, at_commit, answers[wanted.criterion])


def _rescored(connection: Connection, run_id: int, rubric: str, version: str | None) -> dict[str, Answer]:
    wanted = select(RESCORE.c.answers).where(RESCORE.c.run_id == run_id, RESCORE.c.rubric == rubric)
    found = connection.execute(wanted.where(RESCORE.c.version == version)).scalar() or {}
    return {criterion: Answer(answer) for criterion, answer in found.items()}


def _same(connection: Connection, point: Point, wanted: Wanted, by: int) -> int | None:
    """The person's ruling, when it stands and says just this already; any other of theirs ends here."""
    mine = select(TABLE.c.id, TABLE.c.answer, TABLE.c.reason).where(
        TABLE.c.paper_id == point.paper_id, TABLE.c.rubric == point.rubric, TABLE.c.criterion == point.criterion,
        TABLE.c.at_commit == point.at_commit, TABLE.c.ruled_by == by, TABLE.c.withdrawn_at.is_(None),
    )  # fmt: skip
    rows = connection.execute(mine).all()
    same = next((row.id for row in rows if (row.answer, row.reason) == (wanted.answer, wanted.reason)), None)
    _end(connection, [row.id for row in rows if row.id != same])
    return same


def _end(connection: Connection, ruling_ids: Collection[int]) -> None:
    ended = update(TABLE).where(TABLE.c.id.in_(ruling_ids), TABLE.c.withdrawn_at.is_(None))
    if ruling_ids:
        connection.execute(ended.values(withdrawn_at=now()))


def _enter(connection: Connection, run_id: int, point: Point, wanted: Wanted, by: int) -> int:
    values: dict[str, Any] = {**vars(point), "found": str(point.found), "answer": str(wanted.answer)}
    added = connection.execute(
        insert(TABLE).values(**values, run_id=run_id, reason=wanted.reason, ruled_by=by, created_at=now())
    )
    return int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one


def _score(connection: Connection, run_ids: Collection[int]) -> None:
    """Count the scores of those runs anew, and let everybody who looks at one see that it changed."""
    judged = standing.found(connection, run_ids)
    opinions = standing.opinions(connection, {one.paper_id for one in judged})
    for one in judged:
        score = tally(counted_once(standing.standing(one, opinions))).score
        settling.grow_version(connection, one.run_id, score=score)
