"""Several gunicorn processes count together: whichever answers, answers for all."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.crowd.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-many-letters"
REQUESTS = 24


@pytest.fixture
def site(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of a server with three processes, told so in its log, which is JSON."""
    port = services.free_port()
    settings = {**environment, "METRICS_TOKEN": TOKEN, "WEB_PROCESSES": "3", "PORT": str(port),
                "LOG_FORMAT": "json", "LOG_LEVEL": "info", "TMPDIR": str(tmp_path)}  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: is_up(address), 60, (tmp_path / "log").read_text)
    yield address
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=30)
    assert list(tmp_path.glob("papersnitch-counts-*")) == [], "the counts are removed with the server"


def is_up(address: str) -> bool:
    try:
        return get(f"{address}/healthz") == "ok\n"
    except OSError:
        return False


def get(address: str) -> str:
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return str(answer.read().decode())


def counted(address: str) -> float:
    """How many requests of /healthz whoever answers knows of."""
    found = re.search(
        r'papersnitch_http_requests_total\{endpoint="health.healthz".*\} (\S+)', get(f"{address}/metrics")
    )
    return float(found[1]) if found else 0.0


def pids(log: str) -> list[int]:
    return [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", log)]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_whichever_process_is_asked_answers_for_all(site: str, tmp_path: Path) -> None:
    """Also for one that has ended. Seen to fail without the folder they share: each told its own."""
    before = counted(site)
    for _ in range(REQUESTS):
        get(f"{site}/healthz")
    assert {counted(site) for _ in range(9)} == {before + REQUESTS}
    os.kill(pids((tmp_path / "log").read_text())[0], signal.SIGKILL)
    wait_until(lambda: len(pids((tmp_path / "log").read_text())) == 4, 60, (tmp_path / "log").read_text)
    assert {counted(site) for _ in range(9)} == {before + REQUESTS}
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    asked = [line for line in lines if line["message"] == "GET /healthz"]
    assert len({line["request_id"] for line in asked}) == len(asked) > REQUESTS, "each line is JSON, gunicorn's own too"
