"""The TCP connection of a worker is cut at its COMMIT: carried out or not, the worker is told only that it broke.

Protected by the look each verb takes, by claim and token, before it repeats what may have landed.

Seen to fail: an outcome whose COMMIT broke is repeated without a look -> 10 nodes with a crash: the claim that
came with it was forgotten.
"""

from __future__ import annotations

from tests.chaos.once import not_at_once
from tests.chaos.proxy import Cut, every, proxy
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "TCP cut after COMMIT was sent"
WORKERS = 3
EVERY = 7


def run(stage: Stage, scale: float) -> Trial:
    runs = max(6, round(200 * scale))
    with proxy(stage.environment["DATABASE_URL"]) as between:
        far = between.before(stage.environment["DATABASE_URL"])
        for what in ["default"] * WORKERS + ["sweeper"]:
            stage.crowd.join(what, DATABASE_URL=far)
        between.plan = every(EVERY)
        stage.start(runs, seconds=0.01)
        stage.wait_all(30 + runs)
        between.plan = iter(())
    broken = stage.broken() | not_at_once(stage)
    cuts = between.cuts
    remark = f"{runs} runs, {cuts[Cut.ANSWER]} answers and {cuts[Cut.COMMIT]} COMMITs lost"
    return Trial(FAULT, cuts.total(), broken, stage.seconds, remark)
