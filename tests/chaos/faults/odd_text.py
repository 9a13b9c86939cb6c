"""4-byte text, NUL and lone surrogates in outputs, keys, logs, errors, files and their names: stored or a clear error.

Protected by `utf8mb4` everywhere, by the runner, the logbook and the workbench, which replace what no database keeps.

Seen to fail: the logbook takes lines as they come -> a line with NUL is stored as it is, and one with a lone
surrogate ends the process each time.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import RowMapping, select

from dashboard.engine import artifacts
from dashboard.engine.tables import artifact, attempt, log, node
from dashboard.extensions import db
from tests.chaos.oddities import PLACES, TEXTS
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "4-byte text, NUL, lone surrogates in logs, outputs, errors, artifact names"
CASES = [(place, text) for place in PLACES for text in TEXTS]


def run(stage: Stage, scale: float) -> Trial:
    stage.workers(1)
    nodes = [
        {"id": f"n{number}", "handler": "odd", "max_attempts": 1, "config": {"place": place, "text": text}}
        for number, (place, text) in enumerate(CASES)
    ]
    times = max(1, round(10 * scale))
    stage.start_workflow(times, nodes=nodes, edges=[])
    stage.wait_all(30 + 10 * times)
    broken: Counter[str] = Counter()
    for row in _nodes():
        place, text = CASES[int(row["node_id"].removeprefix("n"))]
        if not _is_right(place, TEXTS[text], row):
            broken[f"{text} in {place}: {row['status'].lower()}, {row['error_message']}"] += 1
    return Trial(FAULT, len(CASES) * times, dict(broken), stage.seconds, f"{len(PLACES)} places")


def _nodes() -> list[RowMapping]:
    """Each node with its attempt, its line of log and its file."""
    mine = (attempt.c.node_id == node.c.id, log.c.node_id == node.c.id, artifact.c.node_id == node.c.id)
    columns = (node.c.node_id, node.c.status, attempt.c.output, attempt.c.error_message, log.c.message, artifact.c.name,
               artifact.c.sha256)  # fmt: skip
    joined = node.outerjoin(attempt, mine[0]).outerjoin(log, mine[1]).outerjoin(artifact, mine[2])
    with db.engine.connect() as connection:
        return list(connection.execute(select(*columns).select_from(joined)).mappings().all())


def _is_right(place: str, text: str, row: RowMapping) -> bool:
    kept = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if place == "error":
        return bool(row["status"] == "FAILED" and row["error_message"] == kept)
    if place == "artifact name" and not text.isprintable():
        return bool(row["status"] == "FAILED" and "cannot be called" in row["error_message"])
    return bool(row["status"] == "SUCCEEDED" and _found(place, row) == (text if place == "artifact" else kept))


def _found(place: str, row: RowMapping) -> str:
    """The text, where it should be."""
    if place == "artifact":
        return artifacts.path_of(row["sha256"]).read_bytes().decode("utf-8", "surrogatepass")
    places = {"output": row["output"].get("text"), "key": next(iter(row["output"])), "log": row["message"],
              "artifact name": row["name"]}  # fmt: skip
    return str(places[place])
