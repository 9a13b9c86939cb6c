"""The workloads that the engine and its peers are measured on."""

from __future__ import annotations

from typing import Any

PIPELINE = [
    ("ingest", "text"), ("text", "evidence"), ("text", "links"), ("links", "validate_repo"),
    ("validate_repo", "fetch_repo"), ("evidence", "pdf_check"), ("fetch_repo", "repo_check"),
    ("pdf_check", "aggregate"), ("repo_check", "aggregate"), ("aggregate", "score"), ("score", "report"),
]  # fmt: skip


def shape(workload: str) -> list[tuple[str, str]]:
    """The edges of a workload: P, the pipeline of 11 nodes; C, a chain of 20; F, 1 -> 300 -> 1."""
    if workload == "P":
        return PIPELINE
    if workload == "C":
        return [(f"n{place}", f"n{place + 1}") for place in range(19)]
    middle = [f"m{place}" for place in range(300)]
    return [("first", name) for name in middle] + [(name, "last") for name in middle]


def definition(workload: str) -> dict[str, Any]:
    """The workload as a workflow definition whose handlers do nothing."""
    edges = shape(workload)
    names = dict.fromkeys(name for edge in edges for name in edge)
    return {"nodes": [{"id": name, "handler": "nothing"} for name in names], "edges": [list(edge) for edge in edges]}
