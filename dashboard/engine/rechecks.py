"""Rechecks: a round of runs that look again at the links and repositories of a cohort, and what they found changed.

round  its bulk action starts a run for each paper -> each is compared as it ends -> it has ended with the last one
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, Table, bindparam, func, insert, select, update

from dashboard.engine import acts, audit, bulk, cohorts, doorbell, notices, sides
from dashboard.engine.acts import Act
from dashboard.engine.bulk import QUEUE, ItemState, Verb
from dashboard.engine.clock import now
from dashboard.engine.cohorts import member
from dashboard.engine.differences import Difference, differences, summary
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.notices import Event
from dashboard.engine.rerunning import LOOKS_OUTSIDE
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import look, persist, reading
from dashboard.models import Recheck, RecheckChange, RecheckedRun

AT_A_TIME = 20  # runs compared in one transaction
LONGEST_TEXT = 500

Pair = Row[int, int, int | None]

recheck = cast(Table, Recheck.__table__)
rechecked = cast(Table, RecheckedRun.__table__)
found = cast(Table, RecheckChange.__table__)

_OPEN = select(recheck.c.id).where(recheck.c.ended_at.is_(None)).execution_options(point="recheck: open")
_TAKE = (
    select(recheck)
    .where(recheck.c.id == bindparam("round"), recheck.c.ended_at.is_(None))
    .with_for_update(skip_locked=True)
    .execution_options(point="recheck: take")
)
_its_items = bulk.item.c.bulk_id == bindparam("bulk")
_is_compared = rechecked.c.recheck_id == bindparam("round"), rechecked.c.run_id == bulk.item.c.new_run_id
_TO_COMPARE = (
    select(bulk.item.c.run_id.label("before"), run.c.id.label("after"), run.c.paper_id)
    .join(run, run.c.id == bulk.item.c.new_run_id)
    .where(bulk.item.c.state == ItemState.DONE, _its_items, run.c.status.in_(sorted(RUN_FINISHED)))
    .where(~select(rechecked.c.run_id).where(*_is_compared).exists())
    .order_by(run.c.id)
    .limit(AT_A_TIME)
)
_UNDER_WAY = (
    select(bulk.item.c.run_id)
    .outerjoin(run, run.c.id == bulk.item.c.new_run_id)
    .where(bulk.item.c.state.in_([ItemState.PENDING, ItemState.DONE]), _its_items)
    .where(run.c.id.is_(None) | run.c.status.not_in(sorted(RUN_FINISHED)))
    .limit(1)
)


def begin(cohort_id: int, by: int | None) -> int:
    """Begin a round now, whatever the schedule says; its id. InvalidInputError where there is nothing to recheck."""

    def body(connection: Connection) -> Act[int]:
        team_id = cohorts.lock(connection, cohort_id)
        if not connection.execute(_newest(cohort_id).limit(1)).first():
            raise InvalidInputError(
                "There is nothing to recheck: no paper here has a finished run that looked at links or a repository, "
                "or runs of all those are under way."
            )
        return begin_within(connection, cohort_id, team_id, by)

    round_id = acts.perform(body)
    doorbell.ring([QUEUE])
    return round_id


def begin_within(connection: Connection, cohort_id: int, team_id: int, by: int | None) -> Act[int]:
    """The same within the caller's transaction, also where nothing is to recheck; ring once that is committed.

    It takes the papers that have a successful run which looked outside, and no run under way.
    """
    run_ids = connection.execute(_newest(cohort_id)).scalars().all()
    bulk_id = bulk.create_within(connection, team_id, Verb.RECHECK, run_ids, {}, by).result if run_ids else None
    papers = connection.execute(select(func.count()).where(member.c.cohort_id == cohort_id)).scalar_one()
    values = {"cohort_id": cohort_id, "team_id": team_id, "bulk_id": bulk_id, "papers": papers, "started_by": by,
              "started_at": now(), "ended_at": None if run_ids else now()}  # fmt: skip
    added = connection.execute(insert(recheck).values(values)).inserted_primary_key
    round_id = int(added[0])  # type: ignore[index]  # an INSERT of one row always has one
    detail = {"recheck": round_id, "papers": len(run_ids)}
    return cohorts.act(connection, "recheck", cohort_id, team_id, by, detail, round_id)


def is_begun(round_id: int | None) -> bool:
    """Whether a COMMIT whose answer was lost took."""
    with reading() as connection:
        wanted = select(recheck.c.id).where(recheck.c.id == round_id)
        return round_id is None or connection.execute(wanted).first() is not None


def compare_ended() -> int:
    """Note what changed in runs of rounds that have ended, and end rounds with their last; how many were noted."""
    rounds = look(lambda connection: connection.execute(_OPEN).scalars().all())
    return sum(_compare_all(round_id) for round_id in rounds)


def _newest(cohort_id: int) -> Select[int]:
    """The newest successful run of each paper that has looked outside, where none is under way."""
    other = run.alias("other")
    is_under_way = select(other.c.id).where(
        other.c.paper_id == member.c.paper_id, other.c.status.in_(sorted(frozenset(RunStatus) - RUN_FINISHED))
    )
    looked = select(node.c.id).where(node.c.run_id == run.c.id, node.c.handler.in_(sorted(LOOKS_OUTSIDE)))
    return (
        select(func.max(run.c.id))
        .join(member, member.c.paper_id == run.c.paper_id)
        .where(member.c.cohort_id == cohort_id, run.c.status == RunStatus.SUCCEEDED)
        .where(looked.exists(), ~is_under_way.exists())
        .group_by(run.c.paper_id)
    )


def _compare_all(round_id: int) -> int:
    count = 0
    while (compared := persist(lambda connection: _compare(connection, round_id))) == AT_A_TIME:
        count += compared
    return count + compared


def _compare(connection: Connection, round_id: int) -> int:
    """Note the next runs that have ended, and end the round where none is left; none while another does."""
    mine = connection.execute(_TAKE, {"round": round_id}).first()
    if mine is None:
        return 0
    keys = {"round": mine.id, "bulk": mine.bulk_id}
    pairs = connection.execute(_TO_COMPARE, keys).all()
    _note(connection, mine.id, pairs)
    if len(pairs) < AT_A_TIME and connection.execute(_UNDER_WAY, keys).first() is None:
        _end(connection, mine)
    return len(pairs)


def _note(connection: Connection, round_id: int, pairs: Sequence[Pair]) -> None:
    seen = sides.of_runs(connection, [run_id for pair in pairs for run_id in (pair.before, pair.after)])
    for pair in pairs:
        differ = differences(seen[pair.before], seen[pair.after])
        whose = {"recheck_id": round_id, "run_id": pair.after, "before_run_id": pair.before}
        connection.execute(insert(rechecked).values(**whose, changes=len(differ)))
        if differ:
            connection.execute(insert(found), [{**whose, "paper_id": pair.paper_id, **_row(one)} for one in differ])


def _row(one: Difference) -> dict[str, str]:
    texts = {"subject": one.subject, "was": one.before, "became": one.after}
    return {"kind": one.kind, **{name: text[:LONGEST_TEXT] for name, text in texts.items()}}


def _end(connection: Connection, mine: Row[*tuple[Any, ...]]) -> None:
    connection.execute(update(recheck).where(recheck.c.id == mine.id).values(ended_at=now()))
    wanted = select(found.c.kind, func.count()).where(found.c.recheck_id == mine.id).group_by(found.c.kind)
    counts = {row[0]: row[1] for row in connection.execute(wanted)}
    detail = {"recheck": mine.id, "changes": counts}
    audit.add(connection, "cohort.recheck_end", "cohort", mine.cohort_id, mine.team_id, None, detail)
    if counts:
        _tell(connection, mine, counts)


def _tell(connection: Connection, mine: Row[*tuple[Any, ...]], counts: Mapping[str, int]) -> None:
    name = connection.execute(select(cohorts.cohort.c.name).where(cohorts.cohort.c.id == mine.cohort_id)).scalar_one()
    title = f"{name}: {summary(counts)}"
    path = f"/cohorts/{mine.cohort_id}/rechecks/{mine.id}"
    notices.tell(connection, Event.RECHECK_CHANGED, mine.team_id, f"recheck:{mine.id}", title, path, mine.started_by)
