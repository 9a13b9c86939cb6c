"""A handler that goes on after its claim is lost, and notes what the engine refused it."""

from __future__ import annotations

import time
from pathlib import Path

from langgraph.checkpoint.base import empty_checkpoint

from jobs.agents.node_handler import thread_of
from jobs.context import NodeContext
from jobs.registry import handler
from jobs.stopping import HandlerStopped

REFUSED, WRITTEN = "checkpoint refused", "checkpoint written"


@handler("stubborn")
def stubborn(context: NodeContext) -> dict[str, object]:
    """Wait, deaf to being stopped; then write a checkpoint, keep a file and return, claim or no claim."""
    _wait(float(context.node_input["seconds"]))
    answer = _write_checkpoint(context)
    context.artifact("result.txt", f"attempt {context.node.attempt}", "text/plain")
    with Path(context.node_input["notes"]).open("a") as file:
        print(context.node.id, context.node.attempt, answer, sep="\t", file=file, flush=True)
    return {"attempt": context.node.attempt}


def _wait(seconds: float) -> None:
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        try:
            time.sleep(max(0.0, over - time.monotonic()))
        except HandlerStopped:
            continue


def _write_checkpoint(context: NodeContext) -> str:
    place = {"configurable": {"thread_id": thread_of(context), "checkpoint_ns": ""}}
    try:
        context.checkpointer().put(place, empty_checkpoint(), {"step": context.node.attempt}, {})  # type: ignore[arg-type]
    except HandlerStopped:
        return REFUSED
    return WRITTEN
