"""What stands: the answers runs committed, and the rulings that hold for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from dashboard.engine.tables import attempt, node, run
from dashboard.judging import opinion as opinion_rules
from dashboard.judging.evidence import Answer
from dashboard.judging.opinion import Opinion
from dashboard.judging.rubric_file import NAME
from dashboard.models import Ruling, User

NODE = "aggregate_findings"


@dataclass(frozen=True)
class Found:
    """What the checks of a run answered, by rubric and criterion, in which versions, at which commit."""

    run_id: int
    paper_id: int
    commit: str
    versions: Mapping[str, str]
    rubrics: Mapping[str, Mapping[str, Answer]]


def found(connection: Connection, run_ids: Collection[int], rubric: str | None = None) -> list[Found]:
    """The committed answers of those runs; of one rubric alone, if it is named. One query.

    Its name becomes part of a path in JSON: what is no name of a rubric has no answers.
    """
    if not run_ids or (rubric is not None and not NAME.fullmatch(rubric)):
        return []
    return [_found(row, rubric) for row in connection.execute(_committed(run_ids, rubric))]


def opinions(connection: Connection, paper_ids: Collection[int], rubric: str | None = None) -> list[Opinion]:
    """Every ruling on those papers, oldest first, withdrawn ones too. One query."""
    if not paper_ids:
        return []
    wanted = _RULINGS.where(Ruling.paper_id.in_(sorted(paper_ids)))
    return [opinion(row) for row in connection.execute(wanted.where(Ruling.rubric == rubric) if rubric else wanted)]


def opinions_of_team(connection: Connection, team_id: int) -> list[Opinion]:
    """Every ruling a team has made, oldest first. One query."""
    return [opinion(row) for row in connection.execute(_RULINGS.where(Ruling.team_id == team_id))]


def opinion(row: Any) -> Opinion:
    """A row of `ruling` with the name of its author."""
    values = {**row._mapping, "found": Answer(row.found), "answer": Answer(row.answer)}
    return Opinion(**values)


def standing(of: Found, rulings: Iterable[Opinion]) -> dict[str, dict[str, Answer]]:
    """The run's answers by rubric, with the rulings that hold for it laid over."""
    mine = (one for one in rulings if one.paper_id == of.paper_id and one.holds_at(of.commit))
    return opinion_rules.standing(of.rubrics, mine)


_RULINGS = (
    select(
        Ruling.id, Ruling.run_id, Ruling.paper_id, Ruling.rubric, Ruling.criterion, Ruling.at_commit, Ruling.found,
        Ruling.answer, Ruling.reason, Ruling.ruled_by.label("by"), User.name.label("who"),
        Ruling.created_at.label("when"), Ruling.withdrawn_at.label("withdrawn"),
    )
    .join(User, User.id == Ruling.ruled_by)
    .order_by(Ruling.id)
)  # fmt: skip


def _committed(run_ids: Collection[int], rubric: str | None) -> Select[Any]:
    """The database takes from the output what is asked for: it is many times larger than one rubric's answers."""
    output = attempt.c.output
    rubrics, versions = output["rubrics"], output["versions"]
    return (
        select(
            node.c.run_id,
            run.c.paper_id,
            output["commit"].label("commit"),
            (rubrics if rubric is None else rubrics[rubric]).label("rubrics"),
            (versions if rubric is None else versions[rubric]).label("versions"),
        )
        .join(run, run.c.id == node.c.run_id)
        .join(attempt, (attempt.c.node_id == node.c.id) & (attempt.c.attempt == node.c.committed_attempt))
        .where(node.c.run_id.in_(sorted(run_ids)), node.c.node_id == NODE)
    )


def _found(row: Any, rubric: str | None) -> Found:
    rubrics, versions = row.rubrics or {}, row.versions or {}
    if rubric is not None:
        rubrics, versions = {rubric: rubrics} if rubrics else {}, {rubric: versions} if versions else {}
    answers = {name: {key: Answer(value) for key, value in found.items()} for name, found in rubrics.items()}
    return Found(row.run_id, row.paper_id or 0, row.commit or "", versions, answers)
