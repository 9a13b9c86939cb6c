"""Agreement in a team: the checks against its people, and its people among themselves, from the rulings that stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from dashboard.engine import standing
from dashboard.extensions import db
from dashboard.judging.agreement import Concord, Confusion, concord, confusion
from dashboard.judging.opinion import Opinion, newest

Point = tuple[int, str, str, str]


@dataclass(frozen=True)
class Row:
    """One criterion: the checks against people, and people among themselves."""

    rubric: str
    criterion: str
    checks: Confusion
    people: Concord

    @property
    def key(self) -> str:
        return f"{self.rubric}/{self.criterion}"


@dataclass(frozen=True)
class Couple:
    """Two people, and how far they agree where both have ruled."""

    one: str
    other: str
    concord: Concord


@dataclass(frozen=True)
class Agreement:
    """`rows` worst first: least accuracy, then least correlation."""

    rows: tuple[Row, ...]
    couples: tuple[Couple, ...]
    checks: Confusion
    people: Concord
    papers: int
    rulings: int


def of_team(team_id: int) -> Agreement:
    """From all rulings of the team; one query."""
    stand = [one for one in standing.opinions_of_team(db.session.connection(), team_id) if one.stands]
    by_point: dict[Point, list[Opinion]] = {}
    for one in stand:
        by_point.setdefault((one.paper_id, one.rubric, one.criterion, one.at_commit), []).append(one)
    rows = _rows(by_point)
    return Agreement(
        tuple(sorted(rows, key=_worst_first)),
        _couples(by_point.values()),
        sum((row.checks for row in rows), Confusion()),
        _concord(_both(by_point.values())),
        len({one.paper_id for one in stand}),
        len(stand),
    )


def _rows(by_point: dict[Point, list[Opinion]]) -> list[Row]:
    by_criterion: dict[tuple[str, str], list[list[Opinion]]] = {}
    for (_, rubric, criterion, _), opinions in by_point.items():
        by_criterion.setdefault((rubric, criterion), []).append(opinions)
    return [
        Row(*key, confusion((one.found, one.answer) for one in map(newest, points) if one), _concord(_both(points)))
        for key, points in by_criterion.items()
    ]


def _both(points: Iterable[Sequence[Opinion]]) -> list[tuple[Opinion, Opinion]]:
    """Each two people's opinions on the same point, always in the same order of people."""
    in_order = (sorted(opinions, key=lambda one: one.by) for opinions in points)
    return [(one, other) for opinions in in_order for one, other in combinations(opinions, 2) if one.by != other.by]


def _concord(both: Iterable[tuple[Opinion, Opinion]]) -> Concord:
    return concord((one.answer, other.answer) for one, other in both)


def _couples(points: Iterable[Sequence[Opinion]]) -> tuple[Couple, ...]:
    """Those who agree least come first."""
    by_people: dict[tuple[int, int], list[tuple[Opinion, Opinion]]] = {}
    for one, other in _both(points):
        by_people.setdefault((one.by, other.by), []).append((one, other))
    couples = (Couple(both[0][0].who, both[0][1].who, _concord(both)) for both in by_people.values())
    return tuple(sorted(couples, key=lambda couple: (couple.concord.raw or 0.0, couple.one, couple.other)))


def _worst_first(row: Row) -> tuple[float, float, str]:
    mcc, accuracy = row.checks.mcc, row.checks.accuracy
    return (2.0 if accuracy is None else accuracy, 2.0 if mcc is None else mcc, row.key)
