"""Rows as another system would have them, and mappings of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dashboard.legacy import mapping
from dashboard.legacy.mapping import Mapping

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TASKS, EXAMPLE = SAMPLES / "legacy" / "tasks.csv", SAMPLES / "legacy" / "mapping.yaml"

TWO_NODES = [{"id": "text", "output": "result.text"}, {"id": "checks", "output": "result.checks", "log": "log"}]


def mapped(**changes: Any) -> Mapping:
    """A mapping of two nodes, `text` and then `checks`, changed as told; None leaves a field out."""
    raw: dict[str, Any] = {
        "source": "old", "workflow": "analysis", "key": "id", "paper": {"key": "paper", "title": "title", "pdf": "pdf"},
        "status": {"column": "status", "succeeded": ["done"], "failed": ["failed"], "cancelled": ["stopped"]},
        "started": "began", "finished": "ended", "error": "error", "nodes": TWO_NODES, **changes,
    }  # fmt: skip
    return mapping.parse({name: value for name, value in raw.items() if value is not None})


def row(key: object = 1, **changes: Any) -> dict[str, Any]:
    """A row that succeeded, changed as told."""
    return {
        "id": key, "paper": "17", "title": "Vessels", "pdf": "", "status": "done", "began": "2025-03-03T09:00:00",
        "ended": "2025-03-03T09:10:00", "error": "",
        "result": json.dumps({"text": {"pages": 3}, "checks": {"code": True}}), "log": "one\ntwo", **changes,
    }  # fmt: skip
