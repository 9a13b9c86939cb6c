"""One run and everything that can happen to it, each a verb that answers or is refused; every claim is remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, delete, select, update

from dashboard.engine import asking, claims, crashes, holding, outcomes, retrying, runs, skipping
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.clock import later, now
from dashboard.engine.errors import EngineError
from dashboard.engine.outcomes import Failure, Landing
from dashboard.engine.progress import version_in
from dashboard.engine.questions import Question
from dashboard.engine.states import RUN_FINISHED, NodeStatus
from dashboard.engine.tables import artifact, attempt, edge, log, node, question, run
from dashboard.engine.transactions import reading, transaction
from tests.engine import steps

MAX_CRASHES = 3
DEATH = Failure("WorkerLost", "killed by signal 9")
QUEUE = "walk"
QUESTION = Question("use", "May we?", ("yes", "no"))
SHAPES = {
    "a chain": "a-b b-c",
    "a fan-in": "a-c b-c",
    "a diamond": "a-b a-c b-d c-d",
    "a diamond with a short cut": "a-b a-c b-d c-d a-d",
    "two ways": "a-b b-d c-d c-e",
}


@dataclass(frozen=True)
class Picture:
    """The run's row, the rows of its nodes by name, the version. `is_due`: READY and its time has come."""

    run: Row[Any]
    version: int
    nodes: dict[str, Row[Any]]


_is_due = case((node.c.status == NodeStatus.READY, node.c.available_at <= now()), else_=False)
_NODES = select(node, _is_due.label("is_due"))


def definition_of(shape: str) -> dict[str, Any]:
    """That shape, all nodes in one queue, each tried twice."""
    return steps.shape(SHAPES[shape], max_attempts=2) | {
        "nodes": [{"id": name, "queue": QUEUE, "max_attempts": 2} for name in sorted(set(SHAPES[shape]) - set(" -"))]
    }


class Walker:
    """The run of that id, as its workers and people meet it."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.claims: list[Claim] = []

    def look(self) -> Picture:
        with reading() as connection:
            the_run = connection.execute(select(run).where(run.c.id == self.run_id)).one()
            nodes = connection.execute(_NODES.where(node.c.run_id == self.run_id).order_by(node.c.id)).all()
            version = version_in(connection, self.run_id)
        return Picture(the_run, version, {row.node_id: row for row in nodes})

    def start(self) -> object:
        return asked(lambda: runs.start(self.run_id, None))

    def pause(self) -> object:
        return asked(lambda: runs.pause(self.run_id, None))

    def resume(self) -> object:
        return asked(lambda: runs.resume(self.run_id, None))

    def cancel(self) -> object:
        return asked(lambda: runs.cancel(self.run_id, None))

    def claim(self) -> Claim | None:
        return self._keep(claims.claim_next(wish()))

    def succeed(self, claim: Claim, goes_on: bool) -> Landing:
        landing = outcomes.succeed(claim, {"by": claim.token}, wish=wish() if goes_on else None)
        self._keep(landing.claim)
        return landing

    def fail(self, claim: Claim, is_permanent: bool) -> Landing:
        return outcomes.fail(claim, steps.FOR_GOOD if is_permanent else steps.IN_PASSING)

    def give_back(self, claim: Claim) -> bool:
        return claims.give_back(claim)

    def crash(self, claim: Claim) -> bool:
        return crashes.crash(claim, DEATH, MAX_CRASHES)

    def renew(self, claim: Claim) -> claims.Renewal:
        return claims.renew(claim, 60)

    def reap(self) -> Sequence[str]:
        return crashes.reap(MAX_CRASHES)

    def retry(self, node_id: str | None, from_here: bool, seen_version: int | None) -> object:
        return asked(lambda: retrying.retry(self.run_id, node_id, from_here, seen_version, None))

    def skip(self, node_id: str) -> object:
        return asked(lambda: skipping.skip(self.run_id, node_id, "known gap", None))

    def hold(self, node_id: str) -> object:
        return asked(lambda: holding.hold(self.run_id, node_id, "a look first", None))

    def release(self, node_id: str) -> object:
        return asked(lambda: holding.release(self.run_id, node_id, None))

    def ask(self, claim: Claim) -> Landing:
        return asking.ask(claim, [QUESTION])

    def answer(self, node_id: str) -> object:
        return asked(lambda: asking.answer(self.run_id, node_id, QUESTION.key, "yes", None))

    def expire(self, claim: Claim) -> None:
        """The claim's lease runs out, if it still has one."""
        mine = node.c.id == claim.id, node.c.claim_token == claim.token
        with transaction() as connection:
            connection.execute(update(node).where(*mine).values(claim_expires_at=later(-1)))

    def expire_all(self) -> None:
        """Every worker falls silent."""
        held = node.c.run_id == self.run_id, node.c.claim_expires_at.is_not(None)
        with transaction() as connection:
            connection.execute(update(node).where(*held).values(claim_expires_at=later(-1)))

    def come_due(self) -> None:
        """The waits before another try are over. Row by row: an UPDATE of many would deadlock with the engine's."""
        for row in self.look().nodes.values():
            with transaction() as connection:
                its_wait = node.c.id == row.id, node.c.available_at > now()
                connection.execute(update(node).where(*its_wait).values(available_at=now()))

    def go_to_the_end(self) -> Picture:
        """What any run must allow from any state: release, resume, reap, and pass node after node until it ends."""
        for _ in range(3 * len(SHAPES["a diamond with a short cut"])):
            seen = self.look()
            if seen.run.status in RUN_FINISHED:
                break
            self._step_on(seen)
        return self.look()

    def _step_on(self, seen: Picture) -> None:
        for name, row in seen.nodes.items():
            if row.hold_reason:
                self.answer(name)
                self.release(name)
        {"CREATED": self.start, "PAUSED": self.resume}.get(seen.run.status, lambda: None)()
        self.expire_all()
        self.reap()
        self.come_due()
        while claim := self.claim():
            self.succeed(claim, goes_on=False)

    def _keep(self, claim: Claim | None) -> Claim | None:
        if claim:
            self.claims.append(claim)
        return claim


def forget_all() -> None:
    """Remove every run, so that a walk that went wrong leaves nothing in the way of the next."""
    with transaction() as connection:
        for table in (artifact, log, attempt, edge, question, node, run):
            connection.execute(delete(table))


def wish() -> Wish:
    return Wish(QUEUE, "walker", 60)


def asked(act: Callable[[], object]) -> object:
    """What the act answers, or the reason why it is refused."""
    try:
        return act()
    except EngineError as refusal:
        return refusal
