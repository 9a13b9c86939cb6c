"""Try again or give up, and when. Pure rules."""

from __future__ import annotations

LONGEST_WAIT = 300.0
FIRST_WAIT = 5.0


def may_try_again(failures: int, max_attempts: int, is_permanent: bool) -> bool:
    """Whether a node that has now failed `failures` times in this generation is tried again."""
    return not is_permanent and failures < max_attempts


def wait_before(failures: int, chance: float) -> float:
    """Seconds until the next try: doubling from 5 to 300, times 0.5 to 1.5 as `chance` in [0, 1) says."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures - 1, 10)) * (0.5 + chance)
