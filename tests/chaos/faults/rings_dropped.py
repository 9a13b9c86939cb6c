"""No worker and no page rings at all: the sweeper's ring alone keeps the runs going.

Protected by the sweeper, which rings for every queue that holds a ready node whose time has come.
"""

from __future__ import annotations

from dashboard.engine import doorbell
from tests.chaos.conditions import BELL
from tests.chaos.once import longest_wait, not_at_once, warm_up
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "rings all dropped"
LONGEST_WAIT_SECONDS = 10.0


def run(stage: Stage, scale: float) -> Trial:
    rounds = max(2, round(40 * scale))
    stage.crowd.join("sweeper")
    for _ in range(2):
        stage.crowd.join(**{BELL: "never"})
    warm_up(stage)
    for _ in range(rounds):
        stage.start(2, seconds=0.02)
        doorbell.queue_of("default").empty()
        stage.wait_all(60)
    waited = longest_wait(stage)
    broken = stage.broken() | not_at_once(stage)
    if waited > LONGEST_WAIT_SECONDS:
        broken["a node that waited over 10 s"] = 1
    return Trial(FAULT, stage.succeeded(), broken, stage.seconds, f"a ready node waited {waited:.1f} s at most")
