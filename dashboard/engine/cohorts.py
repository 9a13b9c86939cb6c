"""Cohorts: make a group of papers, change it, end it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act, Result
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.models import Cohort, CohortPaper, Paper, Recheck, RecheckChange, RecheckedRun, Schedule

LONGEST_NAME, LONGEST_DESCRIPTION = 200, 2000
MOST_PAPERS = 5000

cohort = cast(Table, Cohort.__table__)
member = cast(Table, CohortPaper.__table__)
paper = cast(Table, Paper.__table__)


def create(team_id: int, name: str, description: str, by: int | None) -> int:
    """Make an empty cohort; its id. InvalidInputError when the name is missing or taken."""
    named = _named(name, description)

    def body(connection: Connection) -> Act[int]:
        values = {"team_id": team_id, "created_by": by, "created_at": now(), **named}
        added = connection.execute(insert(cohort).values(values)).inserted_primary_key
        cohort_id = int(added[0])  # type: ignore[index]  # an INSERT of one row always has one
        return act(connection, "create", cohort_id, team_id, by, {"name": named["name"]}, cohort_id)

    with _unique(named["name"]):
        return acts.perform(body)


def rename(cohort_id: int, name: str, description: str, by: int | None) -> None:
    """Give it that name and description. InvalidInputError when the name is missing or taken."""
    named = _named(name, description)

    def body(connection: Connection) -> Act[None]:
        team_id = lock(connection, cohort_id)
        old = select(cohort.c.name, cohort.c.description).where(cohort.c.id == cohort_id)
        before = dict(connection.execute(old).mappings().one())
        connection.execute(update(cohort).where(cohort.c.id == cohort_id).values(named))
        return act(connection, "rename", cohort_id, team_id, by, {"before": before, "after": named}, None)

    with _unique(named["name"]):
        acts.perform(body)


def remove(cohort_id: int, by: int | None) -> None:
    """The cohort goes, with its schedule and what its rechecks noted; its papers and their runs stay."""

    def body(connection: Connection) -> Act[None]:
        _forget_rechecks(connection, cohort_id)
        team_id = lock(connection, cohort_id)
        name = connection.execute(select(cohort.c.name).where(cohort.c.id == cohort_id)).scalar()
        connection.execute(delete(member).where(member.c.cohort_id == cohort_id))
        connection.execute(delete(cohort).where(cohort.c.id == cohort_id))
        return act(connection, "remove", cohort_id, team_id, by, {"name": name}, None)

    acts.perform(body)


def add_papers(cohort_id: int, paper_ids: Collection[int], by: int | None) -> int:
    """Put those papers of its team in; how many were not in yet. InvalidInputError when it would grow too large."""

    def body(connection: Connection) -> Act[int]:
        team_id = lock(connection, cohort_id)
        inside = set(connection.execute(select(member.c.paper_id).where(member.c.cohort_id == cohort_id)).scalars())
        fresh = connection.execute(_of_team(team_id, set(paper_ids) - inside)).scalars().all()
        if len(inside) + len(fresh) > MOST_PAPERS:
            raise InvalidInputError(f"A cohort holds at most {MOST_PAPERS:,} papers.")
        if fresh:
            rows = [{"cohort_id": cohort_id, "paper_id": one, "added_at": now()} for one in fresh]
            connection.execute(insert(member).values(rows))
        return act(connection, "add", cohort_id, team_id, by, {"papers": list(fresh)}, len(fresh))

    return acts.perform(body)


def remove_paper(cohort_id: int, paper_id: int, by: int | None) -> None:
    """Take the paper out of the cohort; one that is not in it stays out."""

    def body(connection: Connection) -> Act[None]:
        team_id = lock(connection, cohort_id)
        connection.execute(delete(member).where(member.c.cohort_id == cohort_id, member.c.paper_id == paper_id))
        return act(connection, "drop", cohort_id, team_id, by, {"paper": paper_id}, None)

    acts.perform(body)


def lock(connection: Connection, cohort_id: int) -> int:
    """Lock the cohort's row, so that changes of it happen one after another; its team."""
    team_id = connection.execute(select(cohort.c.team_id).where(cohort.c.id == cohort_id).with_for_update()).scalar()
    if team_id is None:
        raise NotFoundError(f"There is no cohort {cohort_id}.")
    return int(team_id)


def act(
    connection: Connection,
    verb: str,
    cohort_id: int,
    team_id: int,
    by: int | None,
    detail: dict[str, Any],
    result: Result,
) -> Act[Result]:
    """Record what was done to a cohort, and answer `result`."""
    action = f"cohort.{verb}"
    return Act(audit.add(connection, action, "cohort", cohort_id, team_id, by, detail), action, result)


def _forget_rechecks(connection: Connection, cohort_id: int) -> None:
    """The schedule first, whose row is locked before the cohort's when a recheck begins."""
    connection.execute(delete(Schedule).where(Schedule.cohort_id == cohort_id))
    rounds = select(Recheck.id).where(Recheck.cohort_id == cohort_id)
    for noted in (RecheckChange, RecheckedRun):
        connection.execute(delete(noted).where(noted.recheck_id.in_(rounds)))
    connection.execute(delete(Recheck).where(Recheck.cohort_id == cohort_id))


def _of_team(team_id: int, paper_ids: Collection[int]) -> Select[int]:
    """Those of the papers that are the team's."""
    return select(paper.c.id).where(paper.c.team_id == team_id, paper.c.id.in_(sorted(paper_ids))).order_by(paper.c.id)


def _named(name: str, description: str) -> dict[str, str]:
    """Both without the space around them."""
    name, description = " ".join(name.split()), description.strip()
    if not name:
        raise InvalidInputError("A cohort needs a name.")
    if len(name) > LONGEST_NAME or len(description) > LONGEST_DESCRIPTION:
        raise InvalidInputError(
            f"A name has at most {LONGEST_NAME} letters, a description at most {LONGEST_DESCRIPTION:,}."
        )
    return {"name": name, "description": description}


@contextmanager
def _unique(name: str) -> Iterator[None]:
    """Say in a sentence that the team has a cohort of that name."""
    try:
        yield
    except IntegrityError:
        raise InvalidInputError(f"The team has a cohort called {name!r} already.") from None
