"""A worker process as `flask worker` makes it, whose two handlers say a word in the log."""

from __future__ import annotations

import logging
import sys

import wsgi  # noqa: F401  (sets up logs and traces, as it does for every process)
from jobs import registry, worker
from jobs.context import NodeContext
from jobs.registry import handler

logger = logging.getLogger("of a library")


@handler("first")
def first(_context: NodeContext) -> dict[str, object]:
    logger.warning("looking")
    return {"seen": 1}


@handler("second")
def second(_context: NodeContext) -> dict[str, object]:
    raise ValueError("nothing to see")


if __name__ == "__main__":
    registry.load_all()
    worker.main(sys.argv[1].split(","), burst=True)
