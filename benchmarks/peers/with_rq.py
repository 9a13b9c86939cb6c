"""RQ without dependencies: every node a job of its own, forking workers on their defaults.

P and F are flat lists of jobs, which no workflow could be: this is what the queue itself can do. In C each job
enqueues the next before it ends.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from rq import Queue, Worker
from rq.job import Job, JobStatus

from benchmarks.crew import crew
from benchmarks.peers.cli import main
from benchmarks.peers.rq_jobs import RESULT_SECONDS, enqueue_link, job_id, nothing
from benchmarks.shapes import names


class JobContender:
    """A run is a set of jobs, and has ended when the last of them has."""

    name = "rq_raw"
    now = staticmethod(time.time)

    def __init__(self, connection: Redis) -> None:
        self.queue = Queue(connection=connection)
        self._last: dict[str, list[str]] = {}
        self._ended: dict[str, float] = {}

    def submit(self, workload: str) -> str:
        run = uuid.uuid4().hex
        self._last[run] = [job_id(run, name) for name in self.enqueue(run, workload)]
        return run

    def enqueue(self, run: str, workload: str) -> list[str]:
        """Put the run's nodes in the queue; those whose end is the run's end."""
        if workload == "C":
            enqueue_link(self.queue, run, names(workload))
        else:
            for name in names(workload):
                self.queue.enqueue(nothing, name, job_id=job_id(run, name), result_ttl=RESULT_SECONDS)
        return names(workload)

    def ended(self, runs: Sequence[str]) -> float | None:
        jobs = [job for run in runs for job in self._last[run]]
        if not all(job in self._ended or self._look(job) for job in jobs):
            return None
        return max(self._ended[job] for job in jobs)

    def _look(self, job: str) -> bool:
        found = Job.fetch(job, connection=self.queue.connection) if self._exists(job) else None
        if found is None or found.ended_at is None or found.get_status(refresh=False) != JobStatus.FINISHED:
            return False
        self._ended[job] = found.ended_at.timestamp()
        return True

    def _exists(self, job: str) -> bool:
        return bool(Job.exists(job, connection=self.queue.connection))


@contextmanager
def rq_workers(url: str, workers: int, folder: Path) -> Iterator[Redis]:
    """That many `rq worker` on their defaults, and a connection to their Redis."""
    connection = Redis.from_url(url)
    command = [str(Path(sys.executable).parent / "rq"), "worker", "--url", url, "--quiet"]
    with crew([command] * workers, {}, folder / "log", lambda: Worker.count(connection=connection) >= workers):
        yield connection


@contextmanager
def contender(url: str, workers: int, folder: Path) -> Iterator[JobContender]:
    """RQ's workers and queue."""
    with rq_workers(url, workers, folder) as connection:
        yield JobContender(connection)


if __name__ == "__main__":
    main(contender)
