"""The disk of the artifacts is full: a clean failure, nothing truncated, and the next try lands once there is space.

Protected by the store, which writes to a temporary file and renames it only when it is whole.

Seen to fail: no removal of the temporary file -> 3 files that are not what their name says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from dashboard.engine.tables import artifact, attempt
from dashboard.extensions import db
from tests.chaos.small_disk import SMALL_BYTES, small_store
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial
from tests.crowd.processes import wait_until

FAULT = "disk full for artifacts: clean failure, nothing truncated, recovers"
BULK_BYTES = 2 * SMALL_BYTES
NODES = [
    {"id": "bulk", "handler": "bulky", "config": {"bytes": BULK_BYTES}},
    {"id": "sibling", "handler": "steady"},
    {"id": "after", "handler": "steady"},
]


def run(stage: Stage, scale: float) -> Trial:
    runs = max(2, round(50 * scale))
    stage.start_workflow(runs, nodes=NODES, edges=[["bulk", "after"], ["sibling", "after"]])
    store = small_store(stage.folder / "home" / "artifacts")
    worker = stage.crowd.join(through=store.prefix())
    stage.crowd.join("sweeper")
    refused = select(func.count()).where(attempt.c.outcome == "failed", attempt.c.error_type == "OSError")
    wait_until(lambda: (stage.count(refused) or 0) >= runs, 30 + 2 * runs, stage.words)
    kept_early = stage.count(select(func.count()).where(artifact.c.bytes == BULK_BYTES))
    store.grow(worker.pid)
    stage.wait_all(60 + 5 * runs)
    counts = {
        "an artifact of a disk that was full": kept_early,
        "a file that is not what its name says": len([*_damaged(store.seen_by(worker.pid))]),
        "an artifact without its file": len([*_missing(store.seen_by(worker.pid))]),
    }
    broken = stage.broken() | {name: count for name, count in counts.items() if count}
    return Trial(FAULT, stage.count(refused) or 0, broken, stage.seconds, store.title)


def _damaged(store: Path) -> Iterator[Path]:
    """Files whose name is not the hash of what is in them: truncated, or left over from a write that failed."""
    for path in store.rglob("*"):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != path.parent.name + path.name:
            yield path


def _missing(store: Path) -> Iterator[str]:
    with db.engine.connect() as connection:
        for row in connection.execute(select(artifact.c.sha256, artifact.c.bytes)):
            path = store / row.sha256[:2] / row.sha256[2:]
            if not path.is_file() or path.stat().st_size != row.bytes:
                yield row.sha256
