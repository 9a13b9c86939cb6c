"""Wake the workers after a commit. A ring carries nothing: the database decides what runs.

A lost ring costs one turn of the sweeper, a doubled one finds nothing. This is the only place that names the job.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence

import redis
from flask import current_app
from rq import Queue
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.serializers import JSONSerializer

DRAIN = "jobs.tasks.drain"
MOST_RINGS = 16  # that wait in one queue: a worker that answers one drains the queue anyway
RING_SECONDS = 600
PATIENCE_SECONDS = 2.0  # with a Redis that hangs: a ring may be lost, but nobody should wait for it

logger = logging.getLogger(__name__)


def ring(queues: Iterable[str]) -> None:
    """Ring once for each time a queue is named. Without Redis it says so in the log, and the sweeper rings later."""
    try:
        for name, times in Counter(queues).items():
            _ring_one(name, times)
    except redis.RedisError as error:
        logger.warning("The doorbell is out of order (%s); the sweeper will ring.", error)


def answer(queues: Sequence[str], seconds: int) -> str | None:
    """Wait for a ring and take it off the queue; the queue that was rung for, or None when none came in time."""
    names = {Queue.redis_queue_namespace_prefix + name: name for name in queues}
    client = connection()
    try:
        key, job_id = Queue.lpop(list(names), seconds, client)
    except DequeueTimeout:
        return None
    client.unlink(Job.key_for(job_id.decode()))
    return names[key.decode()]


def rings_waiting(queue: str) -> int:
    """Rings that no worker has answered yet."""
    return int(queue_of(queue).count)


def queue_of(name: str) -> Queue:
    """The RQ queue of that name."""
    return Queue(name, connection=connection(), serializer=JSONSerializer)


def connection() -> redis.Redis:
    """This process's connection to Redis."""
    client: redis.Redis | None = current_app.extensions.get("redis")
    if client is None:
        client = connect(current_app.extensions["settings"].redis_url)
        current_app.extensions["redis"] = client
    return client


def connect(url: str) -> redis.Redis:
    """A client that does not wait long."""
    client: redis.Redis = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=PATIENCE_SECONDS)
    return client


def _ring_one(name: str, times: int) -> None:
    queue = queue_of(name)
    for _ in range(min(times, MOST_RINGS - queue.count)):
        queue.enqueue_call(DRAIN, args=(name,), timeout=-1, ttl=RING_SECONDS, result_ttl=0, failure_ttl=60)
