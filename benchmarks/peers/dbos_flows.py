"""The workloads as DBOS writes them, and an executor that runs them: `python -m benchmarks.peers.dbos_flows URL NAME`.

P and C are workflows of steps, the two branches of P gathered. F is the fan-out that DBOS recommends: every node of
the middle a workflow of its own in a queue that all executors serve.
"""

from __future__ import annotations

import asyncio
import sys
import threading

from dbos import DBOS  # type: ignore[import-not-found]

from benchmarks.shapes import names

APPLICATION, VERSION = "benchmark", "1"
RUNS, NODES = "runs", "nodes"
POLL_SECONDS = 0.05  # its default of a second would be most of what is measured
AT_ONCE = 20  # workflows that one executor runs of one queue


@DBOS.step()  # type: ignore[untyped-decorator]
async def node(name: str) -> dict[str, str]:
    """A node within a workflow."""
    return {"node": name}


@DBOS.workflow(name="node")  # type: ignore[untyped-decorator]
async def queued_node(name: str) -> dict[str, str]:
    """A node in a queue; its result is kept as a step's would be."""
    return {"node": name}


@DBOS.workflow(name="P")  # type: ignore[untyped-decorator]
async def pipeline() -> None:
    await _in_turn("ingest", "text")
    await asyncio.gather(
        _in_turn("evidence", "pdf_check"), _in_turn("links", "validate_repo", "fetch_repo", "repo_check")
    )
    await _in_turn("aggregate", "score", "report")


@DBOS.workflow(name="C")  # type: ignore[untyped-decorator]
async def chain() -> None:
    await _in_turn(*names("C"))


@DBOS.workflow(name="F")  # type: ignore[untyped-decorator]
async def fan() -> None:
    first, *middle, last = names("F")
    await node(first)
    handles = [await DBOS.enqueue_workflow_async(NODES, queued_node, name) for name in middle]
    for handle in handles:
        await handle.get_result(polling_interval_sec=POLL_SECONDS)
    await node(last)


async def _in_turn(*nodes: str) -> None:
    for name in nodes:
        await node(name)


def execute(url: str, executor: str) -> None:
    """Serve both queues until ended."""
    DBOS(config={"name": APPLICATION, "system_database_url": url, "executor_id": executor,
                 "application_version": VERSION, "log_level": "WARNING"})  # fmt: skip
    DBOS.launch()
    for queue in (RUNS, NODES):
        DBOS.register_queue(queue, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_SECONDS)
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    execute(*sys.argv[1:])
