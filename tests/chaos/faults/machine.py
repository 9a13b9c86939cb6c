"""A run walked through every verb in random order, beside a model: the promises hold after each step.

Protected by the fences of the claim's token and by what each verb makes of where the run stands.

Seen to fail: no PAUSED in `standing` -> a ready node in a run that is not running.
"""

from __future__ import annotations

from tests.chaos.stage import Stage
from tests.chaos.trial import Trial
from tests.crowd import invariants
from tests.engine.machine import walk

FAULT = "cancel, pause, retry among claim, complete and reap in any order: stateful"


def run(stage: Stage, scale: float) -> Trial:
    walks = max(5, round(500 * scale))
    steps = walk(max_examples=walks, stateful_step_count=50)
    return Trial(FAULT, steps, invariants.broken(), stage.seconds, f"{walks} walks")
