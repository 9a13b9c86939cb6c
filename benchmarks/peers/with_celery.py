"""Celery canvas on Redis: chains, groups and chords, prefork workers, results in Redis.

Set as a careful user would: late acknowledgement, so that a killed worker's task runs again, and no prefetching.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import Celery, chain, group  # type: ignore[import-not-found]

from benchmarks.crew import crew
from benchmarks.peers.cli import main
from benchmarks.shapes import names

URL = "BENCHMARK_REDIS_URL"
APP = "benchmarks.peers.with_celery"

app = Celery(APP, broker=os.environ.get(URL), backend=os.environ.get(URL))
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)


@app.task(name="nothing")  # type: ignore[untyped-decorator]
def nothing(_before: Any, name: str) -> dict[str, str]:
    """A node. It receives what its parents returned."""
    return {"node": name}


class CanvasContender:
    """A run is one canvas; its name is the last task's."""

    name = "celery"
    now = staticmethod(time.time)

    def submit(self, workload: str) -> str:
        return str(canvas(workload).apply_async().id)

    def ended(self, runs: Sequence[str]) -> float | None:
        results = [app.AsyncResult(run) for run in runs]
        if not all(result.ready() for result in results):
            return None
        if failed := [result for result in results if result.failed()]:
            raise RuntimeError(f"A run failed: {failed[0].result!r}")
        return max(float(result.date_done.timestamp()) for result in results)


def canvas(workload: str) -> Any:
    """The workload as Celery writes it; a group followed by a task becomes a chord."""
    if workload == "C":
        return _chain(*names("C"), is_first=True)
    if workload == "F":
        _, *middle, _ = names("F")
        return chain(nothing.s(None, "first"), group(nothing.s(name) for name in middle), nothing.s("last"))
    branches = group(_chain("evidence", "pdf_check"), _chain("links", "validate_repo", "fetch_repo", "repo_check"))
    return chain(_chain("ingest", "text", is_first=True), branches, _chain("aggregate", "score", "report"))


def _chain(*nodes: str, is_first: bool = False) -> Any:
    head = nothing.s(None, nodes[0]) if is_first else nothing.s(nodes[0])
    return chain(head, *(nothing.s(name) for name in nodes[1:]))


@contextmanager
def contender(url: str, workers: int, folder: Path) -> Iterator[CanvasContender]:
    """One worker program with that many processes."""
    url = url.replace("unix://", "redis+socket://")
    app.conf.update(broker_url=url, result_backend=url)
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        APP,
        "worker",
        "--pool=prefork",
        f"--concurrency={workers}",
        *quiet,
    ]
    with crew([command], {URL: url}, folder / "log", lambda: bool(app.control.ping(timeout=0.5))):
        yield CanvasContender()


if __name__ == "__main__":
    main(contender)
