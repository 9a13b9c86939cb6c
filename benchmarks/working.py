"""A worker or the sweeper of the product, with the one handler the benchmarks need."""

import os
import sys
import time

from jobs import registry, sweeper, worker
from jobs.context import NodeContext
from jobs.registry import handler

HANDLER_MS = "BENCHMARK_HANDLER_MS"
_seconds = float(os.environ.get(HANDLER_MS, "0")) / 1000


@handler("nothing")
def nothing(context: NodeContext) -> dict[str, object]:
    """Returns a small output, at once or after the time asked for."""
    if _seconds:
        time.sleep(_seconds)
    return {"node": context.node.node_id}


if __name__ == "__main__":
    registry.load_all()
    sweeper.main() if sys.argv[1] == "sweeper" else worker.main(sys.argv[1].split(","))
