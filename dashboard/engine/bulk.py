"""Bulk actions: ask for one act on many runs, stop it, try again what was refused. Who carries them out: `bulk_items`.

item  PENDING -> DONE | REFUSED | STOPPED; REFUSED -> PENDING by a person
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Connection, Table, func, insert, select, update

from dashboard.engine import acts, audit, awaiting, doorbell
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import run
from dashboard.models import BulkAction, BulkItem

MOST_RUNS = 10_000
QUEUE = "default"  # whose workers are rung for: any worker carries bulk actions out

action = cast(Table, BulkAction.__table__)
item = cast(Table, BulkItem.__table__)


class Verb(StrEnum):
    RETRY = "retry"  # all that failed
    CANCEL = "cancel"
    RERUN = "rerun"
    RECHECK = "recheck"  # run again, for what may have changed outside


class ItemState(StrEnum):
    PENDING = "PENDING"
    DONE = "DONE"
    REFUSED = "REFUSED"  # the engine said no, and why
    STOPPED = "STOPPED"  # a person stopped the action before its turn


# Where the engine refuses the act for certain, so that people can be told beforehand.
REFUSED_IN: Mapping[Verb, frozenset[RunStatus]] = {
    Verb.RETRY: frozenset({RunStatus.CREATED, RunStatus.CANCELLING, RunStatus.SUCCEEDED}),
    Verb.CANCEL: RUN_FINISHED | {RunStatus.CANCELLING},
    Verb.RERUN: frozenset(RunStatus) - RUN_FINISHED,
    Verb.RECHECK: frozenset(RunStatus) - RUN_FINISHED,
}


def create(team_id: int, verb: Verb, run_ids: Collection[int], chosen: Mapping[str, Any], by: int | None) -> int:
    """Ask for that act on those runs of the team; the id of the action. `chosen` says by which filter, for people.

    InvalidInputError when there are too many runs, or none is the team's.
    """
    if len(run_ids) > MOST_RUNS:
        raise InvalidInputError(f"More than {MOST_RUNS:,} runs fit. Narrow the filter.")
    bulk_id = acts.perform(lambda connection: create_within(connection, team_id, verb, run_ids, chosen, by))
    doorbell.ring([QUEUE])
    return bulk_id


def create_within(
    connection: Connection,
    team_id: int,
    verb: Verb,
    run_ids: Collection[int],
    chosen: Mapping[str, Any],
    by: int | None,
) -> Act[int]:
    """The same within the caller's transaction, for as many runs as there are; ring for QUEUE once it is committed."""
    mine = select(run.c.id).where(run.c.team_id == team_id, run.c.id.in_(sorted(set(run_ids))))
    keys = connection.execute(mine.order_by(run.c.id)).scalars().all()
    if not keys:
        raise InvalidInputError("No run was chosen.")
    values = {"team_id": team_id, "verb": verb, "chosen": dict(chosen), "total": len(keys),
              "created_by": by, "created_at": now()}  # fmt: skip
    added = connection.execute(insert(action).values(values)).inserted_primary_key
    bulk_id = int(added[0])  # type: ignore[index]  # an INSERT of one row always has one
    rows = [{"bulk_id": bulk_id, "run_id": key, "state": ItemState.PENDING} for key in keys]
    connection.execute(insert(item), rows)
    if verb != Verb.CANCEL:
        awaiting.begin(connection, awaiting.Kind.BULK, bulk_id, team_id, by)
    detail = {"verb": verb, "runs": len(keys), **({"filter": dict(chosen)} if chosen else {})}
    return _act(connection, "create", bulk_id, team_id, by, detail, bulk_id)


def stop(bulk_id: int, by: int | None) -> int:
    """Leave alone the runs whose turn has not come; how many. NotAllowedError when none is left."""
    return _shift(bulk_id, "stop", ItemState.PENDING, ItemState.STOPPED, "It is over: nothing is left to stop.", by)


def retry_refused(bulk_id: int, by: int | None) -> int:
    """Try the act again on the runs that refused it; how many. NotAllowedError when none did."""
    count = _shift(bulk_id, "retry", ItemState.REFUSED, ItemState.PENDING, "No run refused: nothing to try again.", by)
    doorbell.ring([QUEUE])
    return count


def counts(connection: Connection, bulk_id: int) -> dict[str, int]:
    """How many runs are in each state; states without any are left out."""
    # Naming every state leads through the index on it, not through 10,000 rows.
    wanted = select(item.c.state, func.count()).where(item.c.state.in_(list(ItemState)), item.c.bulk_id == bulk_id)
    return {row[0]: row[1] for row in connection.execute(wanted.group_by(item.c.state))}


def _shift(bulk_id: int, verb: str, source: ItemState, target: ItemState, otherwise: str, by: int | None) -> int:
    def body(connection: Connection) -> Act[int]:
        team_id = _lock(connection, bulk_id)
        changed = update(item).where(item.c.state == source, item.c.bulk_id == bulk_id)
        count = connection.execute(changed.values(state=target, message=None, ended_at=None)).rowcount
        if not count:
            raise NotAllowedError(otherwise)
        return _act(connection, verb, bulk_id, team_id, by, {"runs": count}, count)

    return acts.perform(body)


def _lock(connection: Connection, bulk_id: int) -> int:
    """Lock the action's row, so that people change it one after another; its team."""
    team_id = connection.execute(select(action.c.team_id).where(action.c.id == bulk_id).with_for_update()).scalar()
    if team_id is None:
        raise NotFoundError(f"There is no bulk action {bulk_id}.")
    return int(team_id)


def _act(
    connection: Connection, verb: str, bulk_id: int, team_id: int, by: int | None, detail: dict[str, Any], result: int
) -> Act[int]:
    name = f"bulk.{verb}"
    return Act(audit.add(connection, name, "bulk", bulk_id, team_id, by, detail), name, result)
