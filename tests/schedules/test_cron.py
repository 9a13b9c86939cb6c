"""RQ's cron rings, and a worker that answers begins what is due."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from flask import Flask

from dashboard.engine import bulk_items, doorbell, schedules
from dashboard.engine.bulk import QUEUE
from dashboard.engine.schedules import Wanted
from dashboard.extensions import db
from jobs import schedules as timekeeping
from jobs import tasks
from jobs.cron import Cron
from jobs.worker import AllowedJob
from tests.schedules.conftest import Venue, rounds_of, schedule_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60

pytestmark = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a worker that has not looked yet."""
    monkeypatch.setattr(timekeeping._Last, "look", float("-inf"))


@pytest.fixture
def overdue(miccai: Venue) -> Venue:
    """The cohort's time came an hour ago."""
    schedules.make(miccai.cohort_id, Wanted(7, 4), None)
    schedule = schedule_of(miccai.cohort_id)
    assert schedule is not None
    schedule.due_at = schedule.starts_at = schedule.created_at.replace(minute=0)
    db.session.commit()
    return miccai


def test_the_first_turn_rings_and_the_next_waits_its_minute(in_app: Flask, redis_url: str) -> None:
    cron = Cron(redis.Redis.from_url(redis_url))
    assert len(cron.enqueue_jobs()) == 1 and cron.enqueue_jobs() == []
    assert doorbell.rings_waiting(QUEUE) == 1
    assert 0 < cron.calculate_sleep_interval() <= 60


def test_workers_can_read_the_ring(in_app: Flask, redis_url: str) -> None:
    Cron(redis.Redis.from_url(redis_url)).enqueue_jobs()
    queue = doorbell.queue_of(QUEUE)
    job = AllowedJob.fetch(queue.job_ids[0], connection=queue.connection, serializer=queue.serializer)
    assert job.func is tasks.drain and job.args == [QUEUE]


@pytest.mark.usefixtures("unhurried")
def test_who_answers_begins_what_is_due_and_asks_for_its_runs(overdue: Venue) -> None:
    timekeeping.carry_on()
    assert len(rounds_of(overdue.cohort_id)) == 1
    assert len(bulk_items.waiting(10)) == 2
    assert doorbell.rings_waiting(QUEUE) > 0


@pytest.mark.usefixtures("unhurried")
def test_a_worker_that_is_rung_often_looks_now_and_then(overdue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = itertools.count()
    monkeypatch.setattr(schedules, "start_due", lambda: next(looked))
    for _ in range(5):
        timekeeping.carry_on()
    assert next(looked) == 1


def test_the_command_rings_and_ends_when_told(in_app: Flask, environment: dict[str, str], redis_url: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "cron"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while doorbell.rings_waiting(QUEUE) == 0:
            assert process.poll() is None and time.monotonic() < give_up
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
