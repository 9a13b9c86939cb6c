"""The two sides of a rolling upgrade: each version's own web server, workers and sweeper, on one database and Redis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import text

from dashboard.extensions import db
from tests import services
from tests.crowd.processes import Crowd, wait_until
from tests.upgrade.versions import Version

MODULE = "tests.upgrade.working"
QUEUES = "default,net,ai"
WORKERS = 2

Process = subprocess.Popen[bytes]


@dataclass
class Side:
    """One version, and those of its processes that are up; `worked` are the process ids of all its workers so far."""

    version: Version
    crowd: Crowd
    environment: Mapping[str, str]
    port: int = field(default_factory=services.free_port)
    up: list[Process] = field(default_factory=list)
    worked: set[int] = field(default_factory=set)

    def run(self, *words: str) -> str:
        """A command of this version, with this Python; what it printed."""
        command, environment = [sys.executable, "-m", *words], {**os.environ, **self.environment}
        done = subprocess.run(
            command, cwd=self.version.root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def prepare(self) -> dict[str, Any]:
        """Workflows, a paper and a token, made by this version."""
        told: dict[str, Any] = json.loads(self.run(MODULE, "prepare").splitlines()[-1])
        return told

    def open(self) -> None:
        """Everything of this version, the web server first; returns once that answers."""
        self.up.append(self.crowd.join("web", HOST="127.0.0.1", PORT=str(self.port), WEB_PROCESSES="1"))
        self.up.append(self.crowd.join("sweeper"))
        workers = [self.crowd.join(QUEUES) for _ in range(WORKERS)]
        self.worked.update(worker.pid for worker in workers)
        self.up += workers
        wait_until(self._answers, 60, self.crowd.words)

    def end_one(self) -> int:
        """SIGTERM to the last of its processes that came; its exit status."""
        member = self.up.pop()
        member.terminate()
        self.crowd.leave(member, 15)
        return int(member.returncode)

    def say_go(self) -> None:
        """Let the handlers end that wait for it."""
        (Path(self.environment["PAPERSNITCH_HOME"]) / "go").touch()

    def start_run(self, workflow: str, prepared: Mapping[str, Any]) -> int:
        """Start a run by this version's REST; its id."""
        answer = requests.post(
            f"http://127.0.0.1:{self.port}/api/v1/runs", json={"workflow": workflow, "paper": prepared["paper"]},
            headers={"Authorization": f"Bearer {prepared['token']}"}, timeout=30,
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def committed(self) -> set[int]:
        """The runs of which this version's workers have committed a node."""
        with db.engine.connect() as connection:
            rows = connection.execute(text("SELECT a.worker, n.run_id FROM node_attempt a JOIN workflow_node n"
                                           " ON n.id = a.node_id WHERE a.outcome = 'succeeded'")).all()  # fmt: skip
        return {run_id for worker, run_id in rows if int(worker.rpartition(":")[2]) in self.worked}

    def _answers(self) -> bool:
        try:
            return bool(requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).ok)
        except requests.RequestException:
            return False
