"""A worker or sweeper process: the product's own, with a handler that leaves a file, or works for an hour."""

import os
import sys
import time

from jobs import registry, sweeper, worker
from jobs.context import NodeContext
from jobs.registry import handler

SLOW = "SLOW_NODES"  # names of nodes that take an hour on this worker


@handler("careful")
def careful(context: NodeContext) -> dict[str, object]:
    if context.node.node_id in os.environ.get(SLOW, "").split(","):
        time.sleep(3600)
    context.artifact("note.txt", f"{context.node.node_id} of run {context.node.run_id}", "text/plain")
    return {"seen": sorted(context.upstream_outputs)}


if __name__ == "__main__":
    registry.load_all = dict  # the product's own take a second to load, and are not asked for
    sweeper.main() if sys.argv[1] == "sweeper" else worker.main(sys.argv[1].split(","))
