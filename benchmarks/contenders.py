"""Everybody who takes turns in `make bench`: our engine, the floor, the peers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from benchmarks import floor
from benchmarks.crew import ROOT
from benchmarks.peers import catalogue
from benchmarks.peers.catalogue import PEERS, Missing, Record
from benchmarks.report import FIGURE, FLOOR, OURS
from benchmarks.servers import Servers
from tests.services import ServiceError

WORKLOADS = list(FIGURE)
EVERYBODY = [OURS, FLOOR, *PEERS]


def turns(servers: Servers, workers: int) -> Mapping[str, Callable[[], list[Record]]]:
    """What each does in a round. A turn raises Missing where it cannot be had."""
    return {
        OURS: lambda: ours(servers, WORKLOADS, workers),
        FLOOR: lambda: [floor.measure(_database(servers), workers)],
        **{name: _peer(name, servers, workers) for name in PEERS},
    }


def ours(servers: Servers, workloads: Sequence[str], workers: int = 2) -> list[Record]:
    """Our own engine on an empty database; like a peer it has a process of its own."""
    command = [sys.executable, "-m", "benchmarks.engine", "--workload", *workloads, "--workers", str(workers)]
    place = ["--database-url", _database(servers), "--redis-url", servers.redis()]
    done = subprocess.run([*command, *place], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(done.stderr[-2000:])
    return [json.loads(line) for line in done.stdout.splitlines()]


def _peer(name: str, servers: Servers, workers: int) -> Callable[[], list[Record]]:
    return lambda: catalogue.measure(PEERS[name], servers, WORKLOADS, ["--workers", str(workers)])


def _database(servers: Servers) -> str:
    try:
        return servers.mariadb()
    except ServiceError as error:
        raise Missing(str(error)) from error
