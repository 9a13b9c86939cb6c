"""A node killed while its model answers goes on where it was, and the answer that was lost still counts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select

from dashboard.extensions import engine_options, tune
from jobs.agents.checkpoint_rows import WRITES
from tests.agents import scripts
from tests.agents.model_server import Asked, Turn
from tests.agents.reading import Endpoint
from tests.crowd.processes import wait_until
from tests.handlers.conftest import Chain

ROOT = Path(__file__).resolve().parents[2]
KILLED_AT = (3, 6, 9)


def saved(engine: Engine) -> int:
    """How many answers the checkpoints hold."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).where(WRITES.c.channel == "drafts")).scalar_one()


def test_three_kills_ask_no_finished_criterion_again_and_forget_no_spending(
    engine_url: str, good_paper: Chain, endpoint: Endpoint, tmp_path: Path
) -> None:
    record = {"folder": str(good_paper.folder), "paper": str(good_paper.paper)}
    (tmp_path / "chain").write_text(json.dumps({**record, "outputs": json.dumps(good_paper.outputs)}))
    command = [sys.executable, "-m", "tests.agents.killed_reader", engine_url, str(tmp_path / "chain")]
    engine = tune(create_engine(engine_url, **engine_options(engine_url)))
    running: list[subprocess.Popen[str]] = []
    answered: Counter[str] = Counter()
    asked: list[str] = []

    def deadly(request: Asked) -> Turn:
        asked.append(request.criterion["id"])
        if len(asked) in KILLED_AT:
            wait_until(lambda: saved(engine) >= len(answered), 20, lambda: f"{answered}")
            running[-1].send_signal(signal.SIGKILL)
            running[-1].wait()
        else:
            answered[request.criterion["id"]] += 1
        return scripts.honest(request)

    ends = []
    with endpoint(deadly, parallel="1"):
        for _ in range(len(KILLED_AT) + 1):
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            running.append(subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), **pipes))  # type: ignore[call-overload]
            output, errors = running[-1].communicate(timeout=120)
            ends.append(running[-1].returncode)
    engine.dispose()
    assert ends == [-signal.SIGKILL] * 3 + [0], errors
    used = json.loads(output)
    assert set(answered.values()) == {1} and len(asked) == len(answered) + 3
    assert (used["calls"], used["unmeasured"]) == (len(asked), 3)
    assert used["tokens"] > 990 * len(answered) + 3 * 1200
