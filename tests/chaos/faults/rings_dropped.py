"""No worker and no page rings at all: the sweeper's ring alone keeps the runs going.

Protected by the sweeper, which rings for every queue that holds a ready node whose time has come.

Seen to fail: the sweeper does not ring -> all 4 runs begun without a ring still wait a minute later.
"""

from __future__ import annotations

from unittest.mock import patch

from dashboard.engine import doorbell
from tests.chaos.conditions import BELL
from tests.chaos.injection import RECORD
from tests.chaos.once import longest_wait, not_at_once, warm_up
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "rings all dropped"
LONGEST_WAIT_SECONDS = 10.0


def run(stage: Stage, scale: float) -> Trial:
    rounds = max(2, round(40 * scale))
    record = stage.folder / "rings"
    stage.crowd.join("sweeper")
    for _ in range(2):
        stage.crowd.join(**{BELL: "never", RECORD: str(record)})
    warm_up(stage)
    with patch.object(doorbell, "ring") as dropped:
        for _ in range(rounds):
            stage.start(2, seconds=0.02)
            stage.wait_all(30)
    rings = dropped.call_count + len(record.read_text().splitlines())
    record.unlink()
    waited = longest_wait(stage)
    broken = stage.broken() | not_at_once(stage)
    if waited > LONGEST_WAIT_SECONDS:
        broken["a node that waited over 10 s"] = 1
    return Trial(FAULT, rings, broken, stage.seconds, f"a ready node waited {waited:.1f} s at most")
