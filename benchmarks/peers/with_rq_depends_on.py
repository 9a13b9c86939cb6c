"""RQ's own dependencies: every node a job that names its parents in `depends_on`, forking workers on their defaults.

When two parents finish at once RQ may leave their child in its "ready" registry until a clean-up that its workers do
every ten minutes. After a second in which nothing ended this program does that very clean-up, and says how often.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rq.registry import clean_registries

from benchmarks.peers.cli import main
from benchmarks.peers.rq_jobs import RESULT_SECONDS, job_id, nothing
from benchmarks.peers.with_rq import JobContender, rq_workers
from benchmarks.shapes import parents

STALL_SECONDS = 1.0


class DependentContender(JobContender):
    """A run is a graph of jobs, and has ended when its last one has."""

    name = "rq_depends_on"
    clean_ups = 0
    _seen = (-1, 0.0)

    def enqueue(self, run: str, workload: str) -> list[str]:
        waits = parents(workload)
        for name, wants in waits.items():
            self.queue.enqueue(nothing, name, job_id=job_id(run, name), result_ttl=RESULT_SECONDS,
                               depends_on=[job_id(run, parent) for parent in wants])  # fmt: skip
        return [name for name in waits if not any(name in wants for wants in waits.values())]

    def ended(self, runs: Sequence[str]) -> float | None:
        self._clean_up_when_stalled()
        return super().ended(runs)

    def _clean_up_when_stalled(self) -> None:
        """Workers that have ended nothing for a while wait for a child that was forgotten."""
        finished = self.queue.finished_job_registry.count
        if finished != self._seen[0]:
            self._seen = (finished, time.monotonic())
        elif time.monotonic() - self._seen[1] > STALL_SECONDS:
            clean_registries(self.queue)
            self.clean_ups += 1
            self._seen = (finished, time.monotonic())


@contextmanager
def contender(url: str, workers: int, folder: Path) -> Iterator[JobContender]:
    """RQ's workers and queue."""
    with rq_workers(url, workers, folder) as connection:
        dependent = DependentContender(connection)
        yield dependent
    if dependent.clean_ups:
        print(f"rq_depends_on: {dependent.clean_ups} clean-ups of forgotten jobs", file=sys.stderr)


if __name__ == "__main__":
    main(contender)
