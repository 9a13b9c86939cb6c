"""A process of the site under load: the product's own web server, sweeper or worker, with handlers of the load."""

import os
import sys

from jobs import sweeper, worker
from jobs.context import NodeContext
from jobs.registry import handler
from tests.chaos import handlers as handlers


@handler("flaky")
def flaky(context: NodeContext) -> dict[str, object]:
    """Fails in passing, the first time."""
    if context.node.attempt == 1:
        raise RuntimeError("it fails the first time")
    return {}


@handler("broken")
def broken(context: NodeContext) -> dict[str, object]:
    """Fails for as long as nobody has asked for another try."""
    if context.node.generation == 0:
        raise RuntimeError("it fails until it is tried again")
    return {}


if __name__ == "__main__":
    match sys.argv[1]:
        case "web":
            os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "wsgi:app"])
        case "sweeper":
            sweeper.main()
        case queues:
            worker.main(queues.split(","))
