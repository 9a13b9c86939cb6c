"""The same faults in workers and the sweeper at their work: each kind at each statement, whatever it was about.

Protected by `persist` where something is written, and by `look` where a handler's world is read.

Seen to fail: a handler's world is read without `look` -> 25 nodes with a failure, 3 of 4 runs not succeeded.
"""

from __future__ import annotations

from collections import Counter

from tests.chaos.injection import EVERY, RECORD
from tests.chaos.once import not_at_once
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "1213, 1205, 2013 injected into workers under way"
WORKERS = 3


def run(stage: Stage, scale: float) -> Trial:
    runs = max(4, round(150 * scale))
    record = stage.folder / "injected"
    record.touch()
    stage.workers(WORKERS, LEASE_SECONDS="10", **{EVERY: "5" if scale < 0.1 else "17", RECORD: str(record)})
    stage.start(runs, seconds=0.02)
    stage.wait_all(60 + runs)
    faults = record.read_text().splitlines()
    record.unlink()
    statements = Counter(fault.split(" ", 1)[1] for fault in faults)
    remark = f"{runs} runs, {len(statements)} different statements"
    return Trial(FAULT, len(faults), stage.broken() | not_at_once(stage), stage.seconds, remark)
