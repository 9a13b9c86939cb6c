"""Awaiting: a bulk action or a cohort's start is told of as one, when the last of its runs has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from enum import StrEnum
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, Table, and_, func, insert, or_, select, update

from dashboard.engine import notices
from dashboard.engine.clock import now
from dashboard.engine.notices import Event
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import run
from dashboard.engine.transactions import persist, reading
from dashboard.models import Awaited, BulkAction, BulkItem, Cohort, CohortPaper

awaited = cast(Table, Awaited.__table__)
cohort = cast(Table, Cohort.__table__)
member = cast(Table, CohortPaper.__table__)
action = cast(Table, BulkAction.__table__)
item = cast(Table, BulkItem.__table__)

UNDER_WAY = [str(status) for status in RunStatus if status not in RUN_FINISHED]


class Kind(StrEnum):
    BULK = "bulk"
    COHORT = "cohort"


def newest_run(connection: Connection) -> int:
    """The number after which the runs come that are begun from now on."""
    return int(connection.execute(select(func.coalesce(func.max(run.c.id), 0))).scalar_one())


def begin(connection: Connection, kind: Kind, object_id: int, team_id: int, by: int | None, after_run: int = 0) -> None:
    """Await the end of it, from within the transaction that sets it going."""
    values = {"kind": kind, "object_id": object_id, "team_id": team_id, "user_id": by, "after_run": after_run}
    connection.execute(insert(awaited).values(**values, created_at=now()))


def tell_what_is_done() -> int:
    """Tell of each whose last run has ended; of how many."""
    with reading() as connection:
        keys = connection.execute(select(awaited.c.id).where(awaited.c.told_at.is_(None))).scalars().all()
    return sum(persist(partial(_tell_if_done, key=key)) for key in keys)


def runs_awaited(connection: Connection, run_ids: Collection[int]) -> set[int]:
    """Those of the runs whose end will be told with that of others."""
    if not run_ids:
        return set()
    open_ones = connection.execute(select(awaited).where(awaited.c.told_at.is_(None))).all()
    among = run.c.id.in_(sorted(run_ids))
    return {key for one in open_ones for key in connection.execute(_runs_of(one).where(among)).scalars()}


def _tell_if_done(connection: Connection, key: int) -> bool:
    open_one = select(awaited).where(awaited.c.id == key, awaited.c.told_at.is_(None))
    one = connection.execute(open_one.with_for_update(skip_locked=True)).first()
    if one is None or _goes_on(connection, one):
        return False
    if name := _name(connection, one):
        title = f"{name}: {_tally(connection, one)}"
        notices.tell(connection, Event.BATCH_DONE, one.team_id, f"awaited:{key}", title,
                     f"/{'bulk' if one.kind == Kind.BULK else 'cohorts'}/{one.object_id}", one.user_id)  # fmt: skip
    connection.execute(update(awaited).where(awaited.c.id == key).values(told_at=now()))
    return True


def _goes_on(connection: Connection, one: Row[Any]) -> bool:
    pending = select(item.c.run_id).where(item.c.state == "PENDING", item.c.bulk_id == one.object_id).limit(1)
    if one.kind == Kind.BULK and connection.execute(pending).first() is not None:
        return True
    left = _runs_of(one).where(run.c.status.in_(UNDER_WAY)).limit(1)
    return connection.execute(left).first() is not None


def _runs_of(one: Row[Any]) -> Select[int]:
    """The keys of its runs."""
    if one.kind == Kind.COHORT:
        its_papers = and_(member.c.cohort_id == one.object_id, member.c.paper_id == run.c.paper_id)
        begun_with_it = (run.c.id > one.after_run, run.c.started_by.is_not_distinct_from(one.user_id))
        return select(run.c.id).select_from(run.join(member, its_papers)).where(*begun_with_it)
    retried = and_(item.c.new_run_id.is_(None), item.c.run_id == run.c.id)
    its_items = and_(item.c.bulk_id == one.object_id, or_(retried, item.c.new_run_id == run.c.id))
    return select(run.c.id).select_from(run.join(item, its_items)).where(item.c.state == "DONE")


def _name(connection: Connection, one: Row[Any]) -> str | None:
    """What people call it; None when it is gone."""
    if one.kind == Kind.COHORT:
        return connection.execute(select(cohort.c.name).where(cohort.c.id == one.object_id)).scalar()
    verb = connection.execute(select(action.c.verb).where(action.c.id == one.object_id)).scalar()
    return f"Bulk {verb}" if verb else None


def _tally(connection: Connection, one: Row[Any]) -> str:
    keys = _runs_of(one).subquery()
    counted = select(run.c.status, func.count()).where(run.c.id.in_(select(keys.c.id))).group_by(run.c.status)
    counts = Counter({row[0]: row[1] for row in connection.execute(counted)})
    ends = ", ".join(f"{count} {status.lower()}" for status, count in sorted(counts.items()))
    return f"its last run has ended ({ends})" if ends else "nothing was to be done"
