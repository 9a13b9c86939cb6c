"""100 MB as an output are refused in words, 100 MB as an artifact are kept whole, and siblings go on.

Protected by the runner, which weighs an output before the database sees it.

Seen to fail: the runner does not weigh -> nothing is refused in words; the server cuts the connection each time.
"""

from __future__ import annotations

from sqlalchemy import select

from dashboard.engine import artifacts
from dashboard.engine.tables import artifact, attempt
from dashboard.extensions import db
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "100 MB outputs and artifacts"
BYTES = 100 << 20
NODES = [
    {"id": "output", "handler": "heavy", "config": {"as": "output", "bytes": BYTES}},
    {"id": "artifact", "handler": "heavy", "config": {"as": "artifact", "bytes": BYTES}},
    {"id": "sibling", "handler": "steady", "config": {"seconds": 0}},
]


def run(stage: Stage, scale: float) -> Trial:
    times = max(1, round(5 * scale))
    stage.workers(1)
    stage.start_workflow(times, nodes=NODES, edges=[])
    stage.wait_all(60 * times)
    with db.engine.connect() as connection:
        errors = (
            connection.execute(select(attempt.c.error_message).where(attempt.c.outcome == "failed")).scalars().all()
        )
        files = connection.execute(select(artifact.c.sha256).where(artifact.c.bytes == BYTES)).scalars().all()
    refused = sum("keep it as an artifact" in (error or "") for error in errors)
    whole = sum(artifacts.path_of(sha256).stat().st_size == BYTES for sha256 in files)
    counts = {
        "an output not refused once, in words": abs(times - refused) + abs(times - len(errors)),
        "an artifact that is not whole": times - whole,
        "a sibling that did not succeed": 2 * times - stage.succeeded(),
    }
    return Trial(FAULT, 2 * times, {name: count for name, count in counts.items() if count}, stage.seconds)
