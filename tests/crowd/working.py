"""A worker process for tests: the product's own, with handlers that do nothing or take a moment."""

import sys
import time

from jobs import registry, sweeper, worker
from jobs.context import NodeContext
from jobs.registry import handler


@handler("nothing")
def nothing(context: NodeContext) -> dict[str, object]:
    return {"node": context.node.node_id}


@handler("moment")
def moment(context: NodeContext) -> dict[str, object]:
    """Takes a moment, writes a line, leaves a file."""
    time.sleep(0.02)
    context.log(f"{context.node.node_id}, attempt {context.node.attempt}")
    context.artifact("note.txt", context.node.node_id, "text/plain")
    return {"seen": sorted(context.upstream_outputs)}


@handler("hour")
def hour(context: NodeContext) -> dict[str, object]:
    """Would take an hour."""
    context.log("begins")
    time.sleep(3600)
    return {}


if __name__ == "__main__":
    registry.load_all = dict  # the product's own take a second to load, and are not asked for
    sweeper.main() if sys.argv[1] == "sweeper" else worker.main(sys.argv[1].split(","))
