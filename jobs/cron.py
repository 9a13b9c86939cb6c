"""The clock of schedules: RQ's cron, which rings the workers' doorbell every minute.

What is due stands in the database (`engine.schedules`), so this process may be late, doubled or lost for a while: a
ring that nobody heard costs a minute, a second one finds nothing.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import redis
from rq.cron import CronJob, CronScheduler

from dashboard import create_app
from dashboard.engine import doorbell
from dashboard.engine.bulk import QUEUE
from jobs.worker import wait_for_redis

MINUTE = 60

logger = logging.getLogger(__name__)


class Ring(CronJob):  # type: ignore[misc]
    """What comes every minute. RQ itself would put a pickle in the queue, and our workers read none."""

    def __init__(self) -> None:
        super().__init__(QUEUE, func_name=doorbell.DRAIN, interval=MINUTE)

    def enqueue(self, connection: redis.Redis) -> Any:
        doorbell.ring([QUEUE])


class Cron(CronScheduler):  # type: ignore[misc]
    """RQ's cron with that one job."""

    def __init__(self, connection: redis.Redis) -> None:
        super().__init__(connection, logging_level=logging.WARNING)
        self.get_jobs().append(Ring())

    def register_death(self, pipeline: Any = None) -> None:
        """A note for RQ's own monitors, and no reason to stay when Redis is away."""
        with suppress(redis.RedisError):
            super().register_death(pipeline)


def main() -> None:
    """Ring until told to stop. Without Redis it waits for Redis; RQ itself would give up."""
    app = create_app()
    url = app.extensions["settings"].redis_url
    with app.app_context():
        while True:
            wait_for_redis(url)
            try:
                Cron(redis.Redis.from_url(url, socket_connect_timeout=5)).start()
            except redis.RedisError as error:
                logger.warning("Redis is away (%s): schedules wait until it is back.", error)
            else:
                return
