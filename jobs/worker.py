"""The RQ worker: one allowed function, horses that give their node back, and a report that it lives."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Sequence
from typing import Any

import redis
from rq import Worker
from rq.exceptions import InvalidJobOperation
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from dashboard.engine import reports
from dashboard.engine.doorbell import DRAIN
from jobs import registry, stopping, tasks

REPORT_SECONDS = 10.0
MONITOR_SECONDS = 5
REDIS_PATIENCE_SECONDS = 2.0


class AllowedJob(Job):  # type: ignore[misc]
    """A job that can only be a drain. Redis is not trusted to name functions: RQ would import and call any."""

    @property
    def func(self) -> Any:
        if self.func_name != DRAIN:
            raise InvalidJobOperation(f"This worker runs {DRAIN} and nothing else, not {self.func_name!r}.")
        return tasks.drain


class DrainWorker(Worker):  # type: ignore[misc]
    """RQ's forking worker with our function, our signals and our report to the database."""

    job_class = AllowedJob
    _reported = float("-inf")

    def setup_work_horse_signals(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stopping.listen()

    def main_work_horse(self, job: Job, queue: Any) -> None:
        tasks.after_fork()
        os.environ["PAPERSNITCH_WORKER_NAME"] = self.name
        super().main_work_horse(job, queue)

    def handle_warm_shutdown_request(self) -> None:
        """Tell the horse as well, which gives its node back within seconds."""
        super().handle_warm_shutdown_request()
        if self.horse_pid:
            self.kill_horse(signal.SIGTERM)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)
        if time.monotonic() - self._reported > REPORT_SECONDS:
            self._report()

    def register_death(self) -> None:
        super().register_death()
        with tasks.application().app_context():
            try:
                reports.forget(self.name)
            except SQLAlchemyError as error:
                self.log.warning("Could not sign off: %s", error)

    def _report(self) -> None:
        self._reported = time.monotonic()
        with tasks.application().app_context():
            try:
                reports.report(self.name, self.queue_names(), os.getpid())
            except SQLAlchemyError as error:
                self.log.warning("Could not report: %s", error)


def main(queues: Sequence[str], burst: bool = False) -> None:
    """Work on those queues until told to stop. Without Redis it waits for Redis; RQ itself would give up."""
    app = tasks.application()
    registry.load_all()
    url = app.extensions["settings"].redis_url
    wait_for_redis(url)
    worker = DrainWorker(
        list(queues),
        name=f"{socket.gethostname()}:{os.getpid()}",
        connection=redis.Redis.from_url(url, socket_connect_timeout=5),
        serializer=JSONSerializer,
        job_monitoring_interval=MONITOR_SECONDS,
        worker_ttl=30,
        log_job_description=False,
    )
    worker.work(burst=burst, logging_level="WARNING")


def wait_for_redis(url: str) -> None:
    """Return once Redis answers."""
    while True:
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
                client.ping()
            return
        except redis.RedisError:
            time.sleep(REDIS_PATIENCE_SECONDS)
