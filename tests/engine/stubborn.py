"""A worker process whose handlers will not stop, or take their process down. Each notes what befalls it in a file."""

from __future__ import annotations

import collections
import ctypes
import itertools
import os
import signal
import sys
import time
from pathlib import Path

from jobs import registry, worker
from jobs.context import NodeContext
from jobs.registry import handler
from jobs.stopping import HandlerStopped

Nothing = dict[str, object]


def note(word: str) -> None:
    """One line: the moment (monotonic) and the word."""
    with Path(os.environ["NOTES"]).open("a") as file:
        file.write(f"{time.monotonic()} {word}\n")


@handler("obeys")
def obeys(context: NodeContext) -> Nothing:
    """Works until it is stopped, and tells what it saw before."""
    note("begins")
    try:
        while True:
            if context.cancelled():
                note("told")
            time.sleep(0.05)
    except HandlerStopped as stopped:
        note(stopped.reason.name)
        raise


@handler("holds")
def holds(_context: NodeContext) -> Nothing:
    """Holds the interpreter for good: no other thread of the process runs, no signal reaches Python."""
    note("begins")
    return {"never": len(collections.deque(itertools.repeat(0), maxlen=0))}


@handler("blocks")
def blocks(_context: NodeContext) -> Nothing:
    """Blocks every signal and sleeps."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    note("begins")
    time.sleep(3600)
    return {}


@handler("swallows")
def swallows(_context: NodeContext) -> Nothing:
    """Takes any exception for a hiccup."""
    note("begins")
    while True:
        try:
            time.sleep(3600)
        except BaseException as error:
            note(type(error).__name__)


@handler("segfaults")
def segfaults(_context: NodeContext) -> Nothing:
    note("begins")
    return {"never": ctypes.string_at(0)}


@handler("leaves")
def leaves(_context: NodeContext) -> Nothing:
    note("begins")
    os._exit(0)


@handler("is_killed")
def is_killed(_context: NodeContext) -> Nothing:
    note("begins")
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


@handler("lingers")
def lingers(_context: NodeContext) -> Nothing:
    """Works until the test says that it is done."""
    note("begins")
    while not Path(f"{os.environ['NOTES']}.go").exists():
        time.sleep(0.02)
    return {}


@handler("passes")
def passes(_context: NodeContext) -> Nothing:
    return {}


if __name__ == "__main__":
    registry.load_all = dict  # the product's own take a second to load, and are not asked for
    worker.main(sys.argv[1].split(","))
