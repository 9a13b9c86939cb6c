"""The jobs of both RQ peers, importable by RQ's workers."""

from __future__ import annotations

from collections.abc import Sequence

from rq import Queue, get_current_job

RESULT_SECONDS = 3600


def nothing(name: str) -> dict[str, str]:
    """A node."""
    return {"node": name}


def link(run: str, nodes: Sequence[str]) -> dict[str, str]:
    """The first of those nodes; it enqueues the next before it ends."""
    job = get_current_job()
    if job is not None and len(nodes) > 1:
        enqueue_link(Queue(connection=job.connection), run, nodes[1:])
    return {"node": nodes[0]}


def enqueue_link(queue: Queue, run: str, nodes: Sequence[str]) -> None:
    """Put the first of those nodes in the queue."""
    queue.enqueue(link, run, nodes, job_id=job_id(run, nodes[0]), result_ttl=RESULT_SECONDS)


def job_id(run: str, name: str) -> str:
    """The job of a node."""
    return f"{run}-{name}"
