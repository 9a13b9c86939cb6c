"""A run of fifteen nodes in the middle of its work, in the hands of nobody else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from benchmarks.pages.places import team_id
from dashboard.engine import claims, definitions, outcomes, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.outcomes import Failure, KeptArtifact, LogLine

BRANCH = 6
DONE = 7
LEASE_SECONDS = 3600.0


@dataclass(frozen=True)
class UnderWay:
    """The run and its node that is at work."""

    run_id: int
    at_work: Claim


def start() -> UnderWay:
    """Seven nodes have succeeded, one is at work. Needs an application context, as all verbs here."""
    queue = f"benchmark-{secrets.token_hex(4)}"
    run_id = _start("fifteen nodes", queue, [*_branches()])
    for _ in range(DONE):
        outcomes.succeed(_claim(queue), {"pages": 12})
    return UnderWay(run_id, _claim(queue))


def end(run: UnderWay) -> None:
    """Cancel what is left of it, so that no list goes on showing it as moving."""
    runs.cancel(run.run_id, None)
    outcomes.fail(run.at_work, Failure("Cancelled", "The benchmark is over."))


def with_files(kept: list[KeptArtifact]) -> int:
    """A finished run of one node that left those files."""
    queue = f"benchmark-{secrets.token_hex(4)}"
    run_id = _start("files", queue, [])
    line = LogLine(1, "info", "kept", datetime.now(UTC))
    assert outcomes.succeed(_claim(queue), {}, kept, [line]).landed
    return run_id


def _branches() -> list[tuple[str, str]]:
    """Two branches of six between two nodes at the start and one at the end."""
    sides = [[f"{side}_{number}" for number in range(BRANCH)] for side in ("paper", "code")]
    edges = [edge for side in sides for edge in pairwise(["ingest_pdf", "extract_text", *side, "report"])]
    return list(dict.fromkeys(edges))


def _start(name: str, queue: str, edges: list[tuple[str, str]]) -> int:
    names = list(dict.fromkeys(end for edge in edges for end in edge)) or ["only"]
    nodes = [{"id": one, "handler": "nothing", "queue": queue} for one in names]
    workflow = definitions.save(f"{name} {queue}", {"nodes": nodes, "edges": [list(edge) for edge in edges]})
    return runs.create_and_start(workflow.id, None, team_id(), {}, None)


def _claim(queue: str) -> Claim:
    claim = claims.claim_next(Wish(queue, "benchmark", LEASE_SECONDS))
    assert claim is not None
    return claim
