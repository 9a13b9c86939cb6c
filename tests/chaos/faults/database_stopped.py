"""MariaDB shuts down under way and starts again: connections are closed politely, and everything goes on.

Protected by `persist`, which counts 1053 (shutting down) and 2003 (refused) among the faults that pass.

Seen to fail: 2003 and 2002 (refused) no longer count as passing -> 4 nodes with a crash, that ran more than once.
"""

from __future__ import annotations

from tests.chaos import outage
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "database stopped and restarted"


def run(stage: Stage, scale: float) -> Trial:
    times = max(2, round(15 * scale))
    return outage.play(stage, FAULT, times, stage.stop_database, stage.start_database)
