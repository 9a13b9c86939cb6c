"""The workflows of the load: the product's own, and small ones that fan out, fail, queue at a gate and take long."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dashboard.cli import workflow_sources
from dashboard.cli.workflows import DEFAULT as DEFAULT_FILE
from dashboard.engine import definitions
from tests.crowd.shapes import fifteen

DEFAULT = "the default workflow"


def save_all() -> None:
    """Save each under its name."""
    own = workflow_sources.read(DEFAULT_FILE)
    definitions.save(DEFAULT, {"nodes": own["nodes"], "edges": own["edges"]})
    for name, dag in SMALL.items():
        definitions.save(name, dag)


def _chain(*nodes: dict[str, Any]) -> dict[str, Any]:
    names: Sequence[str] = [f"n{number}" for number in range(len(nodes))]
    return {
        "nodes": [{"id": name, **node} for name, node in zip(names, nodes, strict=True)],
        "edges": [list(pair) for pair in pairwise(names)],
    }


_STEADY = {"handler": "steady", "config": {"seconds": 0.02}}

SMALL: dict[str, dict[str, Any]] = {
    "fans out": fifteen("steady", seconds=0.02),
    "fails in passing": _chain(_STEADY, {"handler": "flaky"}, _STEADY),
    "fails for good": _chain(_STEADY, {"handler": "broken", "max_attempts": 1}, _STEADY),
    "queues at a gate": _chain(_STEADY, {"handler": "steady", "concurrency": 1, "concurrency_key": "one"}, _STEADY),
    "takes long": _chain({"handler": "steady", "config": {"seconds": 3}}, _STEADY),
    "leaves files": _chain({"handler": "bulky", "config": {"bytes": 200_000}}, _STEADY),
}
