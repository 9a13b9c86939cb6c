"""Every ring comes twice: the second finds nothing to do.

Protected by the claim: `FOR UPDATE SKIP LOCKED` and the check of the status give a node to one worker.

Seen to fail: the claim neither locks nor checks the status -> a node that ran twice and committed no single attempt.
"""

from __future__ import annotations

from tests.chaos.conditions import BELL
from tests.chaos.injection import RECORD
from tests.chaos.once import not_at_once
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "rings doubled"


def run(stage: Stage, scale: float) -> Trial:
    runs = max(6, round(200 * scale))
    record = stage.folder / "rings"
    stage.workers(3, **{BELL: "twice", RECORD: str(record)})
    stage.start(runs, seconds=0.005)
    stage.wait_all(30 + runs)
    rings = len(record.read_text().splitlines())
    record.unlink()
    return Trial(FAULT, rings, stage.broken() | not_at_once(stage), stage.seconds, f"{runs} runs, each node once")
