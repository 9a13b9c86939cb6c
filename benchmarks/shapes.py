"""The workloads that the engine and its peers are measured on. Standard library only: peers import it too."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

PIPELINE = [
    ("ingest", "text"), ("text", "evidence"), ("text", "links"), ("links", "validate_repo"),
    ("validate_repo", "fetch_repo"), ("evidence", "pdf_check"), ("fetch_repo", "repo_check"),
    ("pdf_check", "aggregate"), ("repo_check", "aggregate"), ("aggregate", "score"), ("score", "report"),
]  # fmt: skip

RUNS = {"P": 100, "C": 5, "F": 1}
AT_ONCE = {"P"}  # the runs of the other workloads follow each other, each on an idle system
WIDTH = 300


def shape(workload: str) -> list[tuple[str, str]]:
    """The edges of a workload: P, the pipeline of 11 nodes; C, a chain of 20; F, 1 -> 300 -> 1."""
    if workload == "P":
        return PIPELINE
    if workload == "C":
        return [(f"n{place}", f"n{place + 1}") for place in range(19)]
    middle = [f"m{place}" for place in range(WIDTH)]
    return [("first", name) for name in middle] + [(name, "last") for name in middle]


def names(workload: str) -> list[str]:
    """The nodes of a workload, parents before their children."""
    return list(parents(workload))


def parents(workload: str) -> dict[str, list[str]]:
    """Each node and what it waits for, parents before their children."""
    waits: dict[str, list[str]] = {name: [] for edge in shape(workload) for name in edge}
    for parent, child in shape(workload):
        waits[child].append(parent)
    return {name: waits[name] for name in TopologicalSorter(waits).static_order()}


def definition(workload: str, queue: str = "default") -> dict[str, Any]:
    """The workload as a workflow definition whose handlers do nothing."""
    return {
        "nodes": [{"id": name, "handler": "nothing", "queue": queue} for name in names(workload)],
        "edges": [list(edge) for edge in shape(workload)],
    }
