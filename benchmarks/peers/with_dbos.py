"""DBOS on PostgreSQL, or on SQLite where its URL says so: executors that take workflows from a queue."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbos import DBOSClient  # type: ignore[import-not-found]

from benchmarks.crew import crew
from benchmarks.peers.cli import main
from benchmarks.peers.dbos_flows import APPLICATION, RUNS, VERSION


class WorkflowContender:
    """A run is a workflow; its name is the workflow's id."""

    now = staticmethod(time.time)

    def __init__(self, url: str) -> None:
        self._is_sqlite = url.startswith("sqlite")
        self.name = "dbos_sqlite" if self._is_sqlite else "dbos"
        self._client = DBOSClient(system_database_url=url, application_name=APPLICATION)
        self._ended: dict[str, float] = {}

    def submit(self, workload: str) -> str:
        wanted = {"workflow_name": workload, "queue_name": RUNS, "app_version": VERSION}
        return str(self._client.enqueue(wanted).workflow_id)

    def ended(self, runs: Sequence[str]) -> float | None:
        if not all(run in self._ended or self._look(run) for run in runs):
            return None
        return max(self._ended[run] for run in runs)

    def _look(self, run: str) -> bool:
        status = self._client.retrieve_workflow(run).get_status()
        if status.status == "ERROR":
            raise RuntimeError(f"A workflow failed: {status.error!r}")
        if status.status == "SUCCESS":
            # On SQLite DBOS notes whole seconds: there the moment at which we saw it has to do.
            self._ended[run] = self.now() if self._is_sqlite else status.completed_at / 1000
        return bool(status.status == "SUCCESS")


@contextmanager
def contender(url: str, workers: int, folder: Path) -> Iterator[WorkflowContender]:
    """That many executors, and a client that enqueues."""
    log = folder / "log"
    commands = [
        [sys.executable, "-m", "benchmarks.peers.dbos_flows", url, f"executor-{number}"] for number in range(workers)
    ]

    def is_ready() -> bool:
        return log.read_text(errors="replace").count("ready\n") >= workers

    with crew(commands, {}, log, is_ready):
        yield WorkflowContender(url)


if __name__ == "__main__":
    main(contender)
