"""Wait until runs are over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count

from papersnitch_client.site import Record, Site

OVER = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})


def until_over(site: Site, run_ids: tuple[int, ...], every: float) -> Iterator[list[Record]]:
    """The runs each time one was looked at, the last time when all are over. What is over is not asked for again."""
    seen: dict[int, Record] = {}
    for look in count():
        if look:
            time.sleep(every)
        seen |= {run_id: site.get(f"/runs/{run_id}") for run_id in run_ids if not _is_over(seen.get(run_id))}
        yield [seen[run_id] for run_id in run_ids]
        if all(map(_is_over, seen.values())):
            return


def _is_over(run: Record | None) -> bool:
    return run is not None and run["status"] in OVER
