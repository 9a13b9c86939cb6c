"""Two at once do anything to one run at real speed, while a third looks: the promises hold in every look.

Protected by the run's lock, the tokens, and the order in which all lock: run, then nodes by key.

Seen to fail: no FOR UPDATE in `lock_run` -> in 33 runs 98 looks at a run that neither ended nor could go on, 117 at a
held node that nothing held; no FOR UPDATE on the nodes of a retry -> in 49 runs 219 looks at a claim without its end.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from dashboard.engine import runs
from dashboard.engine.claims import Claim
from dashboard.engine.states import RUN_FINISHED
from dashboard.models import Paper, WorkflowDefinition
from tests import factories
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial
from tests.crowd import invariants
from tests.engine.walker import SHAPES, Walker, definition_of

FAULT = "cancel, pause, retry racing complete and reap: two connections"
HANDS = 2
ACTS = 30

Act = Callable[[Walker], object]


def run(stage: Stage, scale: float) -> Trial:
    of = factories.paper()
    workflows = [factories.definition(**definition_of(shape)) for shape in SHAPES]
    rounds, broken = 0, Counter[str]()
    while stage.seconds < max(4, 120 * scale):
        broken.update(_race(stage, of, random.choice(workflows)))
        rounds += 1
    return Trial(FAULT, rounds * HANDS * ACTS, dict(broken), stage.seconds, f"{rounds} runs")


def _race(stage: Stage, of: Paper, workflow: WorkflowDefinition) -> Counter[str]:
    """Each broken promise, and in how many looks."""
    walker = Walker(runs.create_and_start(workflow.id, of.id, of.team_id, {}, None))
    broken = Counter[str]()
    with ThreadPoolExecutor(HANDS) as pool:
        hands = [pool.submit(_act_at_random, stage, walker) for _ in range(HANDS)]
        while not all(hand.done() for hand in hands):
            broken.update(invariants.broken().keys())
            time.sleep(0.01)
    broken.update(type(error).__name__ for error in map(Future.exception, hands) if error)
    if walker.go_to_the_end().run.status not in RUN_FINISHED:
        broken["a run that cannot be ended"] += 1
    broken.update(invariants.broken().keys())
    return broken


def _act_at_random(stage: Stage, walker: Walker) -> None:
    with stage.app.app_context():
        for _ in range(ACTS):
            acts = WORK if walker.claims and random.random() < 0.5 else PEOPLE
            random.choice(acts)(walker)


def _any_claim(walker: Walker) -> Claim:
    """The last ones, as a rule; now and then one that is long lost."""
    return random.choice(walker.claims[-4:] if random.random() < 0.9 else walker.claims)


def _any_node() -> str:
    return random.choice("abc")


WORK: list[Act] = [
    lambda walker: walker.succeed(_any_claim(walker), goes_on=random.random() < 0.5),
    lambda walker: walker.succeed(_any_claim(walker), goes_on=False),
    lambda walker: walker.fail(_any_claim(walker), is_permanent=False),
    lambda walker: walker.fail(_any_claim(walker), is_permanent=True),
    lambda walker: walker.give_back(_any_claim(walker)),
    lambda walker: walker.crash(_any_claim(walker)),
    lambda walker: walker.renew(_any_claim(walker)),
    lambda walker: walker.expire(_any_claim(walker)),
]
PEOPLE: list[Act] = [
    *[Walker.claim] * 6,
    Walker.reap,
    Walker.come_due,
    Walker.pause,
    *[Walker.resume] * 2,
    Walker.cancel,
    lambda walker: walker.retry(_any_node(), from_here=False, seen_version=None),
    lambda walker: walker.retry(_any_node(), from_here=True, seen_version=None),
    lambda walker: walker.retry(None, from_here=False, seen_version=None),
    lambda walker: walker.skip(_any_node()),
    lambda walker: walker.hold(_any_node()),
    lambda walker: walker.release(_any_node()),
]
