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
BEGUN, REFUSED, WRITTEN = "begun", "checkpoint refused", "checkpoint written"


@handler("stubborn")
def stubborn(context: NodeContext) -> dict[str, object]:
    """Write a checkpoint, keep a file and return, claim or no claim.

    The first attempt does so once it was told to stop; the next one waits to see what the first has done.
    """
    if context.node.attempt == 1:
        _wait_to_be_stopped(context)
    else:
        _wait_for_the_first(context)
    answer = _write_checkpoint(context)
    context.artifact("result.txt", f"attempt {context.node.attempt}", "text/plain")
    _note(context, answer)
    return {"attempt": context.node.attempt}


def tries(notes: Path, word: str) -> int:
    """How many first attempts have noted that."""
    return sum(line.endswith(f"\t1\t{word}") for line in notes.read_text().splitlines())


def _wait_to_be_stopped(context: NodeContext) -> None:
    try:
        _note(context, BEGUN)
        time.sleep(LONGEST_SECONDS)
    except HandlerStopped:
        return


def _wait_for_the_first(context: NodeContext) -> None:
    over = time.monotonic() + LONGEST_SECONDS
    done = f"{context.node.id}\t1\tcheckpoint"
    while done not in _notes(context).read_text() and time.monotonic() < over:
        time.sleep(0.05)


def _write_checkpoint(context: NodeContext) -> str:
    place = {"configurable": {"thread_id": thread_of(context), "checkpoint_ns": ""}}
    try:
        context.checkpointer().put(place, empty_checkpoint(), {"step": context.node.attempt}, {})  # type: ignore[arg-type]
    except HandlerStopped:
        return REFUSED
    return WRITTEN


def _note(context: NodeContext, word: str) -> None:
    with _notes(context).open("a") as file:
        print(context.node.id, context.node.attempt, word, sep="\t", file=file, flush=True)


def _notes(context: NodeContext) -> Path:
    return Path(context.node_input["notes"])
