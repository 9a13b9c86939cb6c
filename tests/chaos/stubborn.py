"""A handler that goes on after its claim is lost, and notes what the engine refused it."""

from __future__ import annotations

import time
from pathlib import Path

from langgraph.checkpoint.base import empty_checkpoint

from jobs.agents.node_handler import thread_of
from jobs.context import NodeContext
from jobs.registry import handler
from jobs.stopping import HandlerStopped

LONGEST_SECONDS = 30.0
REFUSED, WRITTEN = "checkpoint refused", "checkpoint written"


@handler("stubborn")
def stubborn(context: NodeContext) -> dict[str, object]:
    """Write a checkpoint, keep a file and return, claim or no claim.

    The first attempt does so once it was told to stop; the next one waits to see what the first has done.
    """
    notes = Path(context.node_input["notes"])
    if context.node.attempt == 1:
        _wait_to_be_stopped()
    else:
        _wait_for(f"{context.node.id}\t1\t", notes)
    answer = _write_checkpoint(context)
    context.artifact("result.txt", f"attempt {context.node.attempt}", "text/plain")
    with notes.open("a") as file:
        print(context.node.id, context.node.attempt, answer, sep="\t", file=file, flush=True)
    return {"attempt": context.node.attempt}


def _wait_to_be_stopped() -> None:
    try:
        time.sleep(LONGEST_SECONDS)
    except HandlerStopped:
        return


def _wait_for(words: str, notes: Path) -> None:
    over = time.monotonic() + LONGEST_SECONDS
    while words not in notes.read_text() and time.monotonic() < over:
        time.sleep(0.05)


def _write_checkpoint(context: NodeContext) -> str:
    place = {"configurable": {"thread_id": thread_of(context), "checkpoint_ns": ""}}
    try:
        context.checkpointer().put(place, empty_checkpoint(), {"step": context.node.attempt}, {})  # type: ignore[arg-type]
    except HandlerStopped:
        return REFUSED
    return WRITTEN
