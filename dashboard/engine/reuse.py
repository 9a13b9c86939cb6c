"""Reuse: a node that sees exactly what an earlier one of its team saw may take that one's output instead of running.

What it sees is hashed whole: its handler and that handler's version, its configuration, the run's input, the paper, and
the outputs and files of every ancestor. A node asks for this in its definition (`reuse: true`), a run may forbid it,
and a node that a person retries always runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from dashboard.engine import artifacts
from dashboard.engine.claims import Claim
from dashboard.engine.outcomes import KeptArtifact
from dashboard.engine.states import Outcome
from dashboard.engine.tables import artifact, attempt, node, run
from dashboard.engine.transactions import look, reading

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Sight:
    """All that a handler is and sees. `outputs` and `files` (name to sha256) are the ancestors', by node id."""

    handler: str
    version: str
    configuration: Record
    workflow_input: Record
    paper_sha256: str
    outputs: Mapping[str, Record]
    files: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Earlier:
    """A success that may be taken: the attempt that really ran, its run, and what it handed on."""

    attempt_id: int
    run_id: int
    output: Record
    kept: tuple[KeptArtifact, ...]


_found, _original, _this = attempt.alias("found"), attempt.alias("original"), run.alias("this")

_team = select(_this.c.team_id).where(_this.c.id == bindparam("run"), _this.c.may_reuse).scalar_subquery()

_NEWEST = (
    select(_original.c.id, _original.c.node_id, _original.c.attempt, _original.c.output, node.c.run_id)
    .select_from(_found)
    .join(_original, _original.c.id == func.coalesce(_found.c.reused_from, _found.c.id))
    .join(node, node.c.id == _original.c.node_id)
    .join(run, run.c.id == node.c.run_id)
    .where(_found.c.input_hash == bindparam("hash"), _found.c.outcome == Outcome.SUCCEEDED, run.c.team_id == _team)
    .order_by(_found.c.id.desc())
    .limit(1)
    .execution_options(point="reuse: newest")
)

# One statement: between two, retention might remove the files. One row without a file where there is none.
_FILES = (
    select(artifact.c.name, artifact.c.media_type, artifact.c.sha256, artifact.c.bytes)
    .select_from(run)
    .outerjoin(artifact, and_(artifact.c.node_id == bindparam("row"), artifact.c.attempt == bindparam("number")))
    .where(run.c.id == bindparam("run"), run.c.artifacts_removed_at.is_(None))
    .execution_options(point="reuse: files")
)


_taker = node.alias("taker")

_ORIGINS = (
    select(_found.c.node_id, node.c.run_id)
    .select_from(_taker)
    .join(_found, and_(_found.c.node_id == _taker.c.id, _found.c.attempt == _taker.c.committed_attempt))
    .join(_original, _original.c.id == _found.c.reused_from)
    .join(node, node.c.id == _original.c.node_id)
    .where(_taker.c.run_id == bindparam("run"), _taker.c.reuses)
)


def digest(sight: Sight) -> str:
    """The sha256 of the sight as canonical JSON: the same for equal sights, whatever the order of their keys."""
    raw = json.dumps(asdict(sight), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(raw.encode()).hexdigest()


def find(claim: Claim, input_hash: str) -> Earlier | None:
    """The newest success of the same team that saw the same; None where the claim must run, or a file is gone."""
    if claim.generation > 0:
        return None
    return look(lambda connection: _newest(connection, claim.run_id, input_hash))


def origins(run_id: int) -> dict[int, int]:
    """The run from which each node that did not run took its output, by the node's row."""
    with reading() as connection:
        return {row.node_id: row.run_id for row in connection.execute(_ORIGINS, {"run": run_id})}


def _newest(connection: Connection, run_id: int, input_hash: str) -> Earlier | None:
    row = connection.execute(_NEWEST, {"run": run_id, "hash": input_hash}).first()
    if row is None:
        return None
    which = {"row": row.node_id, "number": row.attempt, "run": row.run_id}
    files = connection.execute(_FILES, which).all()
    kept = tuple(KeptArtifact(file.name, file.media_type, file.sha256, file.bytes) for file in files if file.name)
    is_whole = bool(files) and all(map(_is_in_store, kept))
    return Earlier(row.id, row.run_id, row.output or {}, kept) if is_whole else None


def _is_in_store(kept: KeptArtifact) -> bool:
    return artifacts.size_of(kept.sha256) == kept.bytes
