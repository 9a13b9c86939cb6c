"""Which peers there are, and how one is measured: its virtual environment, its server, its program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.crew import ROOT
from benchmarks.peers.venvs import CannotInstall, python_of
from benchmarks.servers import Servers
from tests.services import ServiceError

LIMIT_SECONDS = 900.0

Record = dict[str, Any]


class Missing(Exception):
    """The peer cannot be measured here; the message says why."""


@dataclass(frozen=True)
class Peer:
    """`pins` names its requirements file, `module` its program in this package."""

    name: str
    title: str
    pins: str
    module: str


PEERS = {
    peer.name: peer
    for peer in (
        Peer("celery", "Celery canvas", "celery", "with_celery"),
        Peer("dbos", "DBOS", "dbos", "with_dbos"),
        Peer("rq_depends_on", "RQ depends_on", "rq", "with_rq_depends_on"),
        Peer("rq_raw", "RQ, flat", "rq", "with_rq"),
    )
}


def measure(peer: Peer, servers: Servers, workloads: Sequence[str], options: Sequence[str] = ()) -> list[Record]:
    """What the peer measured, in a process of its own, until it failed; Missing with its last words when nothing."""
    try:
        command = [str(python_of(peer.pins)), "-m", f"benchmarks.peers.{peer.module}", place_of(peer, servers)]
        done = subprocess.run(
            [*command, "--workload", *workloads, *options],
            cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False,
        )  # fmt: skip
    except (CannotInstall, ServiceError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error
    sys.stderr.write(done.stderr)
    records = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not records:
        raise Missing((done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1])
    return records


def place_of(peer: Peer, servers: Servers) -> str:
    """The URL of an empty place on the server the peer needs. Without PostgreSQL DBOS has its SQLite."""
    if peer.name != "dbos":
        return servers.redis()
    try:
        return servers.postgres()
    except ServiceError as error:
        print(f"dbos: {error} It is measured on SQLite, as dbos_sqlite.", file=sys.stderr)
        return f"sqlite:///{servers.new_file('dbos.sqlite')}"
