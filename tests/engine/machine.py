"""A Hypothesis machine that walks one run through every verb in any order, beside a small model of who holds what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dashboard.engine import runs
from dashboard.engine.claims import Claim, Renewal
from dashboard.engine.errors import ConflictError, NotAllowedError
from dashboard.engine.outcomes import Landing
from dashboard.engine.retrying import RetryPlan
from dashboard.engine.states import RUN_FINISHED, NodeStatus, RunStatus, may_node_move, may_run_move
from dashboard.models import Paper, WorkflowDefinition
from tests import factories
from tests.crowd import invariants
from tests.engine.walker import SHAPES, Picture, Walker, definition_of, forget_all

Rule = TypeVar("Rule", bound=Callable[..., Any])

PLACES = st.integers(0, 5)  # of one among those there are
COMMANDS = {"start": {"CREATED"}, "pause": {"RUNNING"}, "resume": {"PAUSED"},
            "cancel": {"CREATED", "RUNNING", "PAUSED"}}  # fmt: skip
STALE = {
    "succeed": lambda walker, claim: walker.succeed(claim, True).landed,
    "fail": lambda walker, claim: walker.fail(claim, False).landed,
    "give back": lambda walker, claim: walker.give_back(claim),
    "crash": lambda walker, claim: walker.crash(claim),
    "renew": lambda walker, claim: walker.renew(claim).is_held,
    "ask": lambda walker, claim: walker.ask(claim).landed,
}


def when(fact: Callable[[Any], object]) -> Callable[[Rule], Rule]:
    """The rule is there only where the fact holds, so that few steps are idle."""
    return precondition(lambda self: hasattr(self, "walker") and bool(fact(self)))


class EngineMachine(RuleBasedStateMachine):
    """`held` and `committed` are the model: by row, the claim that counts and the attempt that readers see."""

    paper: ClassVar[Paper]
    definitions: ClassVar[dict[str, WorkflowDefinition]]
    steps_made: ClassVar[int]

    @initialize(shape=st.sampled_from(list(SHAPES)), is_started=st.booleans())
    def create(self, shape: str, is_started: bool) -> None:
        forget_all()
        run_id = runs.create(self.definitions[shape].id, self.paper.id, self.paper.team_id, {}, None)
        self.walker = Walker(run_id)
        self.held: dict[int, Claim] = {}
        self.committed: dict[int, int] = {}
        self.expired: set[str] = set()
        if is_started:
            self.walker.start()
        self.seen = self.walker.look()

    @when(lambda self: self.seen.run.status in ("CREATED", "PAUSED"))
    @rule()
    def go_on(self) -> None:
        self.walker.start() if self.seen.run.status == RunStatus.CREATED else self.walker.resume()

    @when(lambda self: self.held)
    @rule()
    def pause(self) -> None:
        self._command("pause")

    @when(lambda self: len(self.walker.claims) > 2)
    @rule(verb=st.sampled_from(list(COMMANDS)))
    def command(self, verb: str) -> None:
        self._command(verb)

    @when(lambda self: self.seen.run.status == RunStatus.RUNNING)
    @rule()
    def claim(self) -> None:
        claim = self.walker.claim()
        assert (claim is not None) == any(row.is_due for row in self.seen.nodes.values())
        self._take(claim)

    @when(lambda self: self.held)
    @rule(place=PLACES, goes_on=st.booleans())
    def succeed(self, place: int, goes_on: bool) -> None:
        claim = self._held_claim(place)
        self._end(claim, self.walker.succeed(claim, goes_on))
        self.committed[claim.id] = claim.attempt

    @when(lambda self: self.held)
    @rule(place=PLACES, is_permanent=st.booleans())
    def fail(self, place: int, is_permanent: bool) -> None:
        claim = self._held_claim(place)
        self._end(claim, self.walker.fail(claim, is_permanent))

    @when(lambda self: self.held)
    @rule(place=PLACES, dies=st.booleans())
    def let_go(self, place: int, dies: bool) -> None:
        claim = self._held_claim(place)
        self._end(claim, Landing(self.walker.crash(claim) if dies else self.walker.give_back(claim)))

    @when(lambda self: self.held)
    @rule(place=PLACES)
    def ask(self, place: int) -> None:
        claim = self._held_claim(place)
        self._end(claim, self.walker.ask(claim))

    @when(lambda self: self._lost_claims())
    @rule(place=PLACES, verb=st.sampled_from(list(STALE)))
    def come_too_late(self, place: int, verb: str) -> None:
        lost = self._lost_claims()
        assert not STALE[verb](self.walker, lost[-1 - place % len(lost)])

    @when(lambda self: self.held)
    @rule(place=PLACES)
    def renew(self, place: int) -> None:
        claim = self._held_claim(place)
        is_cancelled = self.seen.run.status == RunStatus.CANCELLING
        assert self.walker.renew(claim) == Renewal(is_held=True, is_cancelled=is_cancelled)
        self.expired.discard(claim.token)

    @when(lambda self: self.held)
    @rule(place=PLACES)
    def expire(self, place: int) -> None:
        claim = self._held_claim(place)
        self.walker.expire(claim)
        self.expired.add(claim.token)

    @when(lambda self: self.expired)
    @rule()
    def reap(self) -> None:
        self.walker.reap()
        self.held = {row: claim for row, claim in self.held.items() if claim.token not in self.expired}
        self.expired.clear()

    @when(lambda self: any(row.status == NodeStatus.READY and not row.is_due for row in self.seen.nodes.values()))
    @rule()
    def come_due(self) -> None:
        self.walker.come_due()

    @rule(place=PLACES, from_here=st.booleans())
    def retry(self, place: int, from_here: bool) -> None:
        self._retry(self._name(place), from_here)

    @when(lambda self: self.seen.run.status in RUN_FINISHED or self._nodes(NodeStatus.FAILED))
    @rule()
    def retry_all_failed(self) -> None:
        self._retry(None, False)

    @rule(place=PLACES)
    def retry_what_has_changed(self, place: int) -> None:
        answer = self.walker.retry(self._name(place), False, self.seen.version - 1)
        assert isinstance(answer, ConflictError)

    @rule(place=PLACES, verb=st.sampled_from(["skip", "hold", "release", "answer"]))
    def decide(self, place: int, verb: str) -> None:
        getattr(self.walker, verb)(self._name(place))

    def _retry(self, name: str | None, from_here: bool) -> None:
        answer = self.walker.retry(name, from_here, self.seen.version)
        assert isinstance(answer, RetryPlan | NotAllowedError)
        if isinstance(answer, RetryPlan):
            assert answer.resets
            for reset in answer.resets:
                row = self.seen.nodes[reset].id
                self.held.pop(row, None)
                self.committed.pop(row, None)

    @invariant()
    def it_keeps_its_promises(self) -> None:
        EngineMachine.steps_made += 1
        before, self.seen = self.seen, self.walker.look()
        assert {row.id: row.claim_token for row in self._nodes(NodeStatus.RUNNING)} == {
            row: claim.token for row, claim in self.held.items()
        }
        assert {row.id: row.committed_attempt for row in self._nodes(NodeStatus.SUCCEEDED)} == self.committed
        broken = invariants.broken()
        assert not broken, broken
        check_move(before, self.seen)

    def teardown(self) -> None:
        if hasattr(self, "walker"):
            assert self.walker.go_to_the_end().run.status in RUN_FINISHED
            assert invariants.broken() == {}

    def _command(self, verb: str) -> None:
        refusal = getattr(self.walker, verb)()
        assert isinstance(refusal, NotAllowedError) == (self.seen.run.status not in COMMANDS[verb])

    def _held_claim(self, place: int) -> Claim:
        held = list(self.held.values())
        return held[place % len(held)]

    def _lost_claims(self) -> list[Claim]:
        return [claim for claim in self.walker.claims if self.held.get(claim.id) != claim]

    def _name(self, place: int) -> str:
        names = sorted(self.seen.nodes)
        return names[place % len(names)]

    def _end(self, claim: Claim, landing: Landing) -> None:
        assert landing.landed
        del self.held[claim.id]
        self.expired.discard(claim.token)
        self._take(landing.claim)

    def _take(self, claim: Claim | None) -> None:
        if claim is not None:
            self.held[claim.id] = claim

    def _nodes(self, status: NodeStatus) -> list[Any]:
        return [row for row in self.seen.nodes.values() if row.status == status]


def walk(**options: Any) -> int:
    """Let the machine walk the database of the open application context; how many steps it made."""
    EngineMachine.steps_made = 0
    EngineMachine.paper = factories.paper()
    EngineMachine.definitions = {shape: factories.definition(**definition_of(shape)) for shape in SHAPES}
    unhurried = settings(print_blob=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
                         phases=[Phase.generate, Phase.shrink], **options)  # fmt: skip
    run_state_machine_as_test(EngineMachine, settings=unhurried)
    return EngineMachine.steps_made


def check_move(before: Picture, after: Picture) -> None:
    """What happened between two looks is an allowed move, and shows in the version."""
    assert after.version >= before.version
    assert may_run_move_on(RunStatus(before.run.status), RunStatus(after.run.status))
    for name, old in before.nodes.items():
        new = after.nodes[name]
        assert new.attempt >= old.attempt and new.generation >= old.generation
        if new.status != old.status:
            assert may_node_move(NodeStatus(old.status), NodeStatus(new.status)), (name, old.status, new.status)
            assert after.version > before.version, (name, old.status, new.status)


def may_run_move_on(old: RunStatus, new: RunStatus) -> bool:
    """Whether one act may lead there: a finished run that runs again may end in the same act."""
    again = old in RUN_FINISHED and may_run_move(RunStatus.RUNNING, new)
    return old == new or may_run_move(old, new) or again
