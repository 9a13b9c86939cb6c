"""Claims: take a ready node, keep it, give it back.

A claim is a node row that says RUNNING with a random token and a lease. Whoever writes for it must show the token:
an UPDATE that finds no row means the claim is lost, which is normal, and nothing is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, RowMapping, Update, bindparam, case, false, insert, null, select, update

from dashboard.engine import doorbell, limits, settling
from dashboard.engine.clock import later, now
from dashboard.engine.states import NodeStatus, Outcome
from dashboard.engine.tables import ONE, ZERO, attempt, node, word, words
from dashboard.engine.transactions import persist, reading, transaction


@dataclass(frozen=True)
class Claim:
    """A node in a worker's hands. `id` is the row, `node_id` its name in the definition."""

    id: int
    node_id: str
    run_id: int
    handler: str
    queue: str
    attempt: int
    generation: int
    timeout_seconds: int
    token: str
    worker: str
    successor: str | None = None
    concurrency_key: str | None = None
    reuses: bool = False


@dataclass(frozen=True)
class Renewal:
    """What a worker learns when it renews: whether the claim still is its own, and whether to stop."""

    is_held: bool
    is_cancelled: bool


@dataclass(frozen=True)
class Wish:
    """What a worker would claim next: from which queue, under which name, for how many seconds.

    `known` are the handlers it has, None for whoever takes any: while versions change, workers of both are up.
    """

    queue: str
    worker: str
    lease_seconds: float
    known: frozenset[str] | None = None

    def knows(self, handler: str) -> bool:
        return self.known is None or handler in self.known


# What `claim_of` reads.
COLUMNS = (
    node.c.id, node.c.node_id, node.c.run_id, node.c.handler, node.c.queue, node.c.attempt, node.c.generation,
    node.c.timeout_seconds, node.c.successor, node.c.concurrency_key, node.c.reuses,
)  # fmt: skip

_FIRST_READY = (
    select(*COLUMNS)
    .where(node.c.queue == bindparam("queue"), node.c.status == word(NodeStatus.READY), node.c.available_at <= now())
    .order_by(node.c.priority, node.c.available_at, node.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .with_hint(node, "FORCE INDEX (ix_node_claim)", "mysql")  # another would be sorted, and locked beyond the first row
    .execution_options(point="claim: first ready")
)

_FIRST_READY_BUT = _FIRST_READY.where(node.c.handler.not_in(bindparam("left", expanding=True)))

_LEAVE = (
    update(node)
    .where(node.c.id == bindparam("row"), node.c.wait_reason.is_(None))
    .values(wait_reason=bindparam("reason"))
    .execution_options(point="claim: leave", deferred=True)
)

# MySQL assigns from left to right: what looks at the status comes before the status.
_TAKE = (
    update(node)
    .where(node.c.id == bindparam("row"), node.c.status.in_(words([NodeStatus.READY, NodeStatus.PENDING])))
    .ordered_values(
        (node.c.available_at, case((node.c.status == word(NodeStatus.PENDING), now()), else_=node.c.available_at)),
        (node.c.status, word(NodeStatus.RUNNING)),
        (node.c.attempt, node.c.attempt + ONE),
        (node.c.claim_token, bindparam("token")),
        (node.c.claimed_by, bindparam("worker")),
        (node.c.claimed_at, now()),
        (node.c.claim_expires_at, later(bindparam("lease"))),
        (node.c.deadline_at, later(bindparam("timeout"))),
        (node.c.cancel_requested, false()),
        (node.c.finished_at, null()),
        (node.c.wait_reason, null()),
        (node.c.progress_done, ZERO),
        (node.c.progress_total, ZERO),
        (node.c.at_gate, node.c.concurrency_key),
    )
    .execution_options(point="claim: take", deferred=True)
)

_RENEW = (
    update(node)
    .where(
        node.c.id == bindparam("row"),
        node.c.claim_token == bindparam("token"),
        node.c.status == word(NodeStatus.RUNNING),
    )
    .values(claim_expires_at=later(bindparam("lease")))
    .execution_options(point="renew")
)

_RECORD_END = (
    insert(attempt)
    .values(
        started_at=select(node.c.claimed_at).where(node.c.id == bindparam("row")).scalar_subquery(), finished_at=now()
    )
    .execution_options(point="end: attempt", deferred=True)
)


def claim_next(wish: Wish) -> Claim | None:
    """Claim the first ready node of the queue, or None when there is none."""

    def body(connection: Connection) -> Claim | None:
        row = _first_admitted(connection, wish)
        return None if row is None else take(connection, row, wish)

    return persist(body, landed=lambda claim: claim is None or is_held(claim))


def take(connection: Connection, row: Row[Any], wish: Wish) -> Claim:
    """Claim that node, which the caller keeps others from: its row is locked and READY, or its run is and it waits."""
    token = secrets.token_hex(16)
    taken = {"row": row.id, "token": token, "worker": wish.worker, "lease": wish.lease_seconds,
             "timeout": float(row.timeout_seconds)}  # fmt: skip
    connection.execute(_TAKE, taken)
    return claim_of(row._mapping, row.attempt + 1, token, wish.worker)


def _first_admitted(connection: Connection, wish: Wish) -> Row[Any] | None:
    """The first ready node the worker may take: others keep what it has no handler for, a gate what must wait there."""
    left: list[str] = []
    while True:
        row = _first_ready(connection, wish.queue, left)
        if row is None:
            return None
        if not wish.knows(row.handler):
            left.append(row.handler)
            _leave(connection, row)
        elif row.concurrency_key is None or limits.admit(connection, row.id, row.run_id, row.concurrency_key):
            return row


def _first_ready(connection: Connection, queue: str, left: list[str]) -> Row[Any] | None:
    """The first ready node of the queue whose handler is not among those `left` to others; its row is locked."""
    if not left:
        return cast("Row[Any] | None", connection.execute(_FIRST_READY, {"queue": queue}).first())
    return cast("Row[Any] | None", connection.execute(_FIRST_READY_BUT, {"queue": queue, "left": left}).first())


def _leave(connection: Connection, row: Row[Any]) -> None:
    """Say at the node why it waits."""
    reason = f"waits for a worker that has the handler {row.handler}; those that looked have not"
    connection.execute(_LEAVE, {"row": row.id, "reason": reason[:300]})


def renew(claim: Claim, lease_seconds: float) -> Renewal:
    """Push the lease forward. Touches the one row by its key, so that it never waits in a circle."""
    with transaction() as connection:
        landed = connection.execute(_RENEW, {"row": claim.id, "token": claim.token, "lease": lease_seconds}).rowcount
        if not landed:
            return Renewal(is_held=False, is_cancelled=False)
        asked = connection.execute(select(node.c.cancel_requested).where(node.c.id == claim.id)).scalar()
        return Renewal(is_held=True, is_cancelled=bool(asked))


def is_held(claim: Claim) -> bool:
    """Whether the claim is still the worker's, looked up by key and token."""
    mine = select(node.c.id).where(node.c.id == claim.id, node.c.claim_token == claim.token,
                                   node.c.status == NodeStatus.RUNNING)  # fmt: skip
    with reading() as connection:
        return connection.execute(mine).first() is not None


def has_ended(claim: Claim, *ways: Outcome) -> bool:
    """Whether the claim's end, in one of those ways, is in the database: an attempt number is given out once."""
    mine = select(attempt.c.outcome).where(attempt.c.node_id == claim.id, attempt.c.attempt == claim.attempt)
    with reading() as connection:
        return connection.execute(mine).scalar() in ways


def give_back(claim: Claim) -> bool:
    """Return an unfinished node because its worker is told to stop; counts as neither failure nor crash."""

    def body(connection: Connection) -> tuple[bool, list[str]]:
        run_status = settling.lock_run(connection, claim.run_id)
        status = settling.standing(run_status)
        ended = now() if status == NodeStatus.CANCELLED else None
        values = {**settling.RELEASED, "status": status, "available_at": now(), "finished_at": ended}
        if not connection.execute(_owned(claim.id, claim.token).values(**values)).rowcount:
            return False, []
        record_end(connection, claim, Outcome.GIVEN_BACK)
        settling.settle(connection, claim.run_id, run_status)
        return True, limits.free(connection, claim.concurrency_key)

    has_landed, lifted = persist(body, landed=lambda _given: has_ended(claim, Outcome.GIVEN_BACK))
    doorbell.ring(lifted)
    return has_landed


def record_end(connection: Connection, claim: Claim, outcome: Outcome, **fields: object) -> None:
    """Write the attempt's row; the claim's start is still on the node's own row."""
    connection.execute(
        _RECORD_END,
        {
            "row": claim.id,
            "node_id": claim.id,
            "attempt": claim.attempt,
            "generation": claim.generation,
            "outcome": outcome,
            "worker": claim.worker,
            **fields,
        },
    )


def _owned(row: int, token: str) -> Update:
    return update(node).where(node.c.id == row, node.c.claim_token == token, node.c.status == NodeStatus.RUNNING)


def claim_of(row: RowMapping, attempt: int, token: str, worker: str) -> Claim:
    """The claim that stands in a row of nodes."""
    return Claim(
        id=row["id"],
        node_id=row["node_id"],
        run_id=row["run_id"],
        handler=row["handler"],
        queue=row["queue"],
        attempt=attempt,
        generation=row["generation"],
        timeout_seconds=row["timeout_seconds"],
        token=token,
        worker=worker,
        successor=row["successor"],
        concurrency_key=row["concurrency_key"],
        reuses=row["reuses"],
    )
