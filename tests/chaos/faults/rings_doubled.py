"""Every ring comes twice: the second finds nothing to do.

Protected by the claim: `FOR UPDATE SKIP LOCKED` and the check of the status give a node to one worker.
"""

from __future__ import annotations

from tests.chaos.conditions import BELL
from tests.chaos.once import not_at_once
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "rings doubled"


def run(stage: Stage, scale: float) -> Trial:
    runs = max(6, round(200 * scale))
    stage.workers(3, **{BELL: "twice"})
    stage.start(runs, seconds=0.005)
    stage.wait_all(30 + runs)
    broken = stage.broken() | not_at_once(stage)
    return Trial(FAULT, stage.succeeded(), broken, stage.seconds, f"{runs} runs, each node once")
