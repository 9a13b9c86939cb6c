"""The runs of bulk actions, one after another: the act and the mark that it is done are one transaction.

Whoever dies in the middle leaves the item waiting, and its run untouched. Lock order: item, then run and nodes as ever;
nobody who holds a run asks for an item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update

from dashboard.engine import doorbell, rerunning, retrying, runs
from dashboard.engine.bulk import ItemState, Verb, action, item
from dashboard.engine.clock import now
from dashboard.engine.errors import EngineError
from dashboard.engine.transactions import look, persist, reading

LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Item:
    """A run whose turn has come in a bulk action."""

    bulk_id: int
    run_id: int


@dataclass(frozen=True)
class Effect:
    """What an act left: the queues to ring, and the run it started."""

    queues: tuple[str, ...] = ()
    new_run_id: int | None = None


_OPEN = select(item.c.bulk_id).where(item.c.state == ItemState.PENDING).distinct()

_FIRST = (
    select(item.c.run_id)
    .where(item.c.state == ItemState.PENDING, item.c.bulk_id == bindparam("bulk"))
    .order_by(item.c.run_id)
    .limit(bindparam("limit"))
)

_TAKE = (
    select(item.c.run_id)
    .where(item.c.bulk_id == bindparam("bulk"), item.c.run_id == bindparam("row"), item.c.state == ItemState.PENDING)
    .with_for_update(skip_locked=True)
    .execution_options(point="bulk: take")
)

_WANTED = select(action.c.verb, action.c.created_by).where(action.c.id == bindparam("bulk"))

_END = (
    update(item)
    .where(item.c.bulk_id == bindparam("bulk"), item.c.run_id == bindparam("row"), item.c.state == ItemState.PENDING)
    .values(ended_at=now())
    .execution_options(point="bulk: end")
)


def waiting(most: int) -> list[Item]:
    """The next items, of every action that has some an equal share: a small action need not wait for a large one."""

    def body(connection: Connection) -> list[Item]:
        open_ids = connection.execute(_OPEN).scalars().all()
        share = max(1, most // max(1, len(open_ids)))
        found = {one: connection.execute(_FIRST, {"bulk": one, "limit": share}).scalars() for one in open_ids}
        return [Item(one, run_id) for one, run_ids in found.items() for run_id in run_ids][:most]

    return look(body)


def carry_out(one: Item) -> bool:
    """Do the act on the run, once, or note the sentence with which the engine refuses; False when others did or do."""
    try:
        effect = persist(lambda connection: _carry_out(connection, one), landed=lambda effect: _landed(one, effect))
    except EngineError as refusal:
        return refuse(one, str(refusal))
    doorbell.ring(effect.queues if effect else ())
    return effect is not None


def refuse(one: Item, why: str) -> bool:
    """Note why the act was not done on the run; False when the item waits no more."""
    ended = {"state": ItemState.REFUSED, "message": why[:LONGEST_MESSAGE]}
    return persist(lambda connection: bool(connection.execute(_END.values(**ended), _key(one)).rowcount))


def _carry_out(connection: Connection, one: Item) -> Effect | None:
    if connection.execute(_TAKE, _key(one)).first() is None:
        return None
    wanted = connection.execute(_WANTED, {"bulk": one.bulk_id}).one()
    effect = _ACTS[Verb(wanted.verb)](connection, one.run_id, wanted.created_by)
    connection.execute(_END.values(state=ItemState.DONE, new_run_id=effect.new_run_id), _key(one))
    return effect


def _retry(connection: Connection, run_id: int, by: int | None) -> Effect:
    _plan, queues = retrying.retry_within(connection, run_id, None, False, None, by).result
    return Effect(tuple(queues))


def _cancel(connection: Connection, run_id: int, by: int | None) -> Effect:
    runs.cancel_within(connection, run_id, by)
    return Effect()


def _rerun(connection: Connection, run_id: int, by: int | None) -> Effect:
    new_id, queues = rerunning.rerun_within(connection, run_id, by).result
    return Effect(tuple(queues), new_id)


def _recheck(connection: Connection, run_id: int, by: int | None) -> Effect:
    new_id, queues = rerunning.recheck_within(connection, run_id, by).result
    return Effect(tuple(queues), new_id)


_ACTS: Mapping[Verb, Callable[[Connection, int, int | None], Effect]] = {
    Verb.RETRY: _retry,
    Verb.CANCEL: _cancel,
    Verb.RERUN: _rerun,
    Verb.RECHECK: _recheck,
}


def _landed(one: Item, effect: Effect | None) -> bool:
    """Whether a COMMIT whose answer was lost took."""
    still = select(item.c.state).where(item.c.bulk_id == one.bulk_id, item.c.run_id == one.run_id)
    with reading() as connection:
        return effect is None or connection.execute(still).scalar() == ItemState.DONE


def _key(one: Item) -> dict[str, int]:
    return {"bulk": one.bulk_id, "row": one.run_id}
