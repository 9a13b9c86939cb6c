"""Keep the schedules of cohorts: begin the rounds that are due, and compare the runs of rounds as they end.

Workers do it, between their other work: it may be a while over a cohort of thousands, and the sweeper has dead workers
to look for. Of two that look at the same moment the rows let one begin a round.
"""

from __future__ import annotations

import logging
import time

from dashboard.engine import rechecks, schedules
from jobs import stopping

AT_MOST_EVERY_SECONDS = 10.0  # by one worker: it may be rung for far more often

logger = logging.getLogger(__name__)


class _Last:
    look = float("-inf")


def carry_on() -> None:
    """Look for what is due, unless this worker did just now."""
    if time.monotonic() - _Last.look < AT_MOST_EVERY_SECONDS or stopping.is_asked():
        return
    _Last.look = time.monotonic()
    begun, compared = schedules.start_due(), rechecks.compare_ended()
    if begun or compared:
        logger.info("%d rechecks begun, %d runs compared with those before.", begun, compared)
