"""Shapes of workflows, for `factories.definition`."""

from __future__ import annotations

from typing import Any

# Fifteen nodes: a fan-out of five, two layers, fan-ins of two, three and six.
FIFTEEN: list[list[str]] = [
    *[["n0", f"n{child}"] for child in (1, 2, 3, 4, 5)],
    ["n1", "n6"], ["n2", "n6"], ["n2", "n7"], ["n3", "n8"], ["n4", "n9"], ["n5", "n10"],
    ["n6", "n11"], ["n7", "n11"], ["n8", "n11"], ["n9", "n12"], ["n10", "n12"],
    ["n11", "n13"], ["n12", "n13"], ["n1", "n14"], ["n7", "n14"], ["n8", "n14"],
    ["n9", "n14"], ["n10", "n14"], ["n13", "n14"],
]  # fmt: skip


def fifteen(handler: str, **config: Any) -> dict[str, Any]:
    """Fifteen nodes with that handler and configuration."""
    nodes = [{"id": f"n{number}", "handler": handler, "config": config} for number in range(15)]
    return {"nodes": nodes, "edges": FIFTEEN}
