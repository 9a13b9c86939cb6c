"""500 checkpoints of 1 MB in one thread, and a state of 2 MB of every byte: each comes back as it was.

Protected by LONGBLOB columns, and by writes that are bound, never spliced into the statement.

Seen to fail: BLOB instead of LONGBLOB -> the first checkpoint is refused, "Data too long".
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from langgraph.checkpoint.base.id import uuid6

from dashboard.extensions import db
from jobs.agents.saver import SqlCheckpointSaver
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "500 checkpoints of 1 MB, and one of 2 MB of binary state"
EVERY_BYTE = bytes(range(256))
THREAD: Any = {"configurable": {"thread_id": "1:1", "checkpoint_ns": ""}}


def run(stage: Stage, scale: float) -> Trial:
    count = max(20, round(500 * scale))
    saver = SqlCheckpointSaver(db.engine)
    kept = dict(_kept(saver, os.urandom(2**20)) for _ in range(count)) | dict([_kept(saver, EVERY_BYTE * 8192)])
    found = {one.config["configurable"]["checkpoint_id"]: _digest(one.checkpoint) for one in saver.list(THREAD)}
    wrong = sum(found.get(key) != digest for key, digest in kept.items())
    broken = {"a checkpoint that does not come back as it was": wrong} if wrong else {}
    return Trial(FAULT, len(kept), broken, stage.seconds, f"{count} MB in one thread")


def _kept(saver: SqlCheckpointSaver, blob: bytes) -> tuple[str, str]:
    """Save a state; its id and the digest of what it holds."""
    state: Checkpoint = {**empty_checkpoint(), "id": str(uuid6()), "channel_values": {"blob": blob}}
    saver.put(THREAD, state, {"source": "loop", "step": 0}, {})
    return state["id"], _digest(state)


def _digest(state: Checkpoint) -> str:
    return hashlib.sha256(state["channel_values"]["blob"]).hexdigest()
