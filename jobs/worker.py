"""The RQ worker: one allowed function, horses that give their node back, and a report that it lives."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import redis
from rq import Worker
from rq.exceptions import InvalidJobOperation, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from dashboard import logging_setup, storage
from dashboard.engine import doorbell, reports
from dashboard.engine.doorbell import DRAIN
from jobs import draining, registry, stopping, tasks
from jobs.keeper import Keeper
from jobs.naming import VARIABLE, worker_name

REPORT_SECONDS = 10.0
LOOK_SECONDS = 1
BEAT_SECONDS = 5.0
REDIS_PATIENCE_SECONDS = 2.0

_PR_SET_PDEATHSIG = 1


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
    _reported = _beaten = float("-inf")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._keeper = Keeper(tasks.application())

    def check_for_suspension(self, burst: bool) -> None:
        """Between two horses: stand still, alive, for as long as an operator wants this worker drained."""
        super().check_for_suspension(burst)
        while not self._stop_requested and self._is_drained():
            if burst:
                raise StopRequested
            with suppress(redis.RedisError):
                self.heartbeat()
            time.sleep(LOOK_SECONDS)

    def setup_work_horse_signals(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stopping.listen()
        end_with(self.pid)

    def main_work_horse(self, job: Job, queue: Any) -> None:
        tasks.after_fork()
        os.environ[VARIABLE] = self.name
        os.environ["PAPERSNITCH_QUEUES"] = ",".join(self.queue_names())
        self._keeper.begin_horse()
        super().main_work_horse(job, queue)

    def monitor_work_horse(self, job: Job, queue: Any, execution: Any) -> None:
        self._has_ended = False
        try:
            super().monitor_work_horse(job, queue, execution)
        finally:
            if self._has_ended:
                self._keeper.bury(self._status)

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        pid, self._status, usage = super().wait_for_horse()
        self._has_ended = True
        return pid, self._status, usage

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """RQ comes here every LOOK_SECONDS while the horse works. It works on while Redis is away."""
        self._keeper.look(self.horse_pid)
        if time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        try:
            super().maintain_heartbeats(job, execution)
        except redis.RedisError as error:
            self.log.warning("Redis does not hear that %s works: %s", self.name, error)

    def handle_warm_shutdown_request(self) -> None:
        """Tell the horse as well, which gives its node back within seconds."""
        super().handle_warm_shutdown_request()
        self._keeper.tell_to_end(self.horse_pid)

    def set_shutdown_requested_date(self) -> None:
        """A note for RQ's own monitors, and no reason to leave the horse alone when Redis is away."""
        with suppress(redis.RedisError):
            super().set_shutdown_requested_date()

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)
        if time.monotonic() - self._reported > REPORT_SECONDS:
            self._report()

    def register_death(self) -> None:
        with suppress(redis.RedisError):
            super().register_death()
        with tasks.application().app_context():
            try:
                reports.forget(self.name)
            except SQLAlchemyError as error:
                self.log.warning("Could not sign off: %s", error)

    def _is_drained(self) -> bool:
        with tasks.application().app_context():
            return draining.is_asked()

    def _report(self) -> None:
        self._reported = time.monotonic()
        with tasks.application().app_context():
            try:
                reports.report(self.name, self.queue_names(), os.getpid(), registry.versions())
            except SQLAlchemyError as error:
                self.log.warning("Could not report: %s", error)


def main(queues: Sequence[str], burst: bool = False) -> None:
    """Work on those queues until told to stop. Without Redis it waits for Redis; RQ itself would give up.

    It rings for itself first: a horse is then warm before there is work.
    """
    if burst:
        os.environ["LINGER_SECONDS"] = "0"
    logging_setup.always(worker=worker_name())
    app = tasks.application()
    storage.demand(app.extensions["settings"])
    registry.load_all()
    url = app.extensions["settings"].redis_url
    wait_for_redis(url)
    worker = DrainWorker(
        list(queues),
        name=worker_name(),
        connection=redis.Redis.from_url(url, socket_connect_timeout=5),
        serializer=JSONSerializer,
        job_monitoring_interval=LOOK_SECONDS,
        worker_ttl=30,
        log_job_description=False,
    )
    if not burst:
        with app.app_context():
            doorbell.ring(queues[:1])
    worker.work(burst=burst, logging_level="WARNING")


def end_with(worker: int) -> None:
    """Have the kernel tell this horse to end when its worker dies: nobody would watch over it (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != worker:
            signal.raise_signal(signal.SIGTERM)


def wait_for_redis(url: str) -> None:
    """Return once Redis answers."""
    while True:
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
                client.ping()
            return
        except redis.RedisError:
            time.sleep(REDIS_PATIENCE_SECONDS)
