"""The one function RQ calls."""

from __future__ import annotations

import functools
import os
import socket
import time

from flask import Flask

from dashboard import create_app
from dashboard.engine import doorbell
from dashboard.engine.claims import Wish, claim_next
from dashboard.extensions import db
from jobs import runner, stopping
from jobs.heartbeat import Heartbeat


def drain(queue: str) -> int:
    """Claim and run nodes of the queue until none is ready or the time is up; how many were run."""
    app = application()
    settings = app.extensions["settings"]
    wish = Wish(queue, worker_name(), settings.lease_seconds)
    give_up = time.monotonic() + settings.drain_seconds
    count = 0
    with app.app_context(), Heartbeat(app) as heartbeat:
        claim = claim_next(wish)
        while claim is not None:
            is_last = stopping.is_asked() or time.monotonic() > give_up
            landing = runner.run(claim, heartbeat, None if is_last else wish)
            count += 1
            doorbell.ring(landing.ready)
            claim = landing.claim
            if is_last:
                doorbell.ring([queue])
            elif claim is None and not stopping.is_asked():
                claim = claim_next(wish)
    return count


@functools.cache
def application() -> Flask:
    """The application of this process; the worker makes it before it forks, so that horses inherit it."""
    return create_app()


def after_fork() -> None:
    """In a fresh horse: forget the parent's database connections, which two processes must not share."""
    app = application()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
    app.extensions.pop("redis", None)


def worker_name() -> str:
    """`host:pid`, the name in which this process claims."""
    return os.environ.get("PAPERSNITCH_WORKER_NAME") or f"{socket.gethostname()}:{os.getpid()}"
