"""Handlers that hand over what databases choke on: odd text in every place, heaps of it, and objects edited later."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from jobs.context import NodeContext
from jobs.registry import handler

TEXTS = {
    "four bytes": "paper \U0001f9ea of \U00010437",
    "NUL": "before\0after",
    "a lone surrogate": "half \ud83e a pair",
    "the other half": "\udd8a alone",
    "quotes": "'; DROP TABLE node_log; -- \\ \\u0000 %s %(x)s",
    "direction": "\u202egnp.exe\u202c and \ufeff",
}
PLACES = ("output", "key", "log", "error", "artifact", "artifact name")


@handler("odd")
def odd(context: NodeContext) -> dict[str, object]:
    """Hands over the text of its configuration, in the place its configuration names."""
    text, place = TEXTS[str(context.node_input["text"])], context.node_input["place"]
    if place == "log":
        context.log(text)
    if place == "error":
        raise RuntimeError(text)
    if place.startswith("artifact"):
        context.artifact(text if place == "artifact name" else "odd.txt", text, "text/plain")
    return {text: 1} if place == "key" else {"text": text if place == "output" else ""}


@handler("heavy")
def heavy(context: NodeContext) -> dict[str, object]:
    """As many bytes as its configuration says, as its output or as an artifact."""
    size = int(context.node_input["bytes"])
    if context.node_input["as"] == "output":
        return {"heap": "x" * size}
    context.artifact("heap.bin", os.urandom(1 << 20) * (size >> 20))
    return {"bytes": size}


@handler("edited later")
def edited_later(context: NodeContext) -> dict[str, object]:
    """Hands over a list that a thread of its own edits a moment later, and goes on editing."""
    shared: dict[str, Any] = {"list": ["as returned"]}
    threading.Thread(target=_edit, args=(shared["list"],), daemon=True).start()
    return shared


@handler("edits what it sees")
def edits_what_it_sees(context: NodeContext) -> dict[str, object]:
    """Edits all it was given, in place."""
    seen: list[Any] = [context.output_of("first")["list"], context.workflow_input["list"], context.node_input["list"]]
    for one in seen:
        one.append("edited")
    return {"done": True}


@handler("tells what it sees")
def tells_what_it_sees(context: NodeContext) -> dict[str, object]:
    return {"output": context.output_of("first"), "input": context.workflow_input, "config": context.node_input}


def _edit(shared: list[str]) -> None:
    for _ in range(200):
        time.sleep(0.01)
        shared.append("edited")
