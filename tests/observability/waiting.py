"""Waiting for another process."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0


def wait_for(is_so: Callable[[], bool], words: Callable[[], str]) -> None:
    """Return once it is so; an AssertionError with the words when it does not come."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            if is_so():
                return
        except OSError:
            pass  # not up yet
        time.sleep(0.1)
    raise AssertionError(words())
