"""kill -9 of MariaDB under way, and its restart: what was committed stays, what was not is done again.

Protected by `persist`, which repeats a whole transaction when the connection broke, and by MariaDB's own log.

Seen to fail: `persist` never tries again -> 3 nodes with a crash, that ran more than once.
"""

from __future__ import annotations

from tests.chaos import outage
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "database killed and restarted"


def run(stage: Stage, scale: float) -> Trial:
    times = max(2, round(25 * scale))
    return outage.play(stage, FAULT, times, stage.kill_database, stage.start_database)
