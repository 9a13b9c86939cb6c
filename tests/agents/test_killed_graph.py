"""A graph killed in the middle goes on where it was: what was finished is not done again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(url: str, notes: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.agents.killed_graph", url, str(notes), str(kill_at)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_three_kills_and_each_finished_criterion_is_assessed_once(engine_url: str, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    for kill_at in (1, 2, 3):
        killed = run(engine_url, notes, kill_at)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    ended = run(engine_url, notes, 0)
    assert ended.returncode == 0, ended.stderr
    assert set(json.loads(ended.stdout).values()) == {"met"}
    lines = Counter(notes.read_text().split("\n")[:-1])
    finished = {line: count for line, count in lines.items() if line.startswith("end")}
    assert finished == {f"end own/c{number}": 1 for number in range(6)}
    assert sum(count for line, count in lines.items() if line.startswith("begin")) == 6 + 3
