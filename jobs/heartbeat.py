"""The thread beside the handler: renews the lease, writes the log, and stops a handler that must not go on."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.engine import claims
from dashboard.engine.claims import Claim
from jobs import stopping
from jobs.logbook import Logbook
from jobs.stopping import Reason

TICK_SECONDS = 0.5
FENCE = 0.75  # of the lease without a renewal: stop before somebody else may begin

logger = logging.getLogger(__name__)


class Heartbeat:
    """Watches one claim at a time: `watch(claim, logbook)` before its handler, `leave()` after."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._settings = app.extensions["settings"]
        self._lock = threading.Lock()
        self._claim: Claim | None = None
        self._logbook: Logbook | None = None
        self._renewed = self._deadline = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.is_cancelled = False

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(timeout=10)

    def watch(self, claim: Claim, logbook: Logbook) -> None:
        """Keep this claim alive from now on."""
        with self._lock:
            moment = time.monotonic()
            self._claim, self._logbook, self.is_cancelled = claim, logbook, False
            self._renewed, self._deadline = moment, moment + claim.timeout_seconds

    def leave(self) -> None:
        """The handler has ended: touch its claim no more."""
        with self._lock:
            self._claim = None

    def _beat(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            with self._lock:
                if self._claim is not None:
                    self._tend(self._claim)

    def _tend(self, claim: Claim) -> None:
        moment = time.monotonic()
        if moment > self._deadline:
            stopping.stop(Reason.DEADLINE)
        elif moment - self._renewed > self._settings.lease_seconds * FENCE:
            stopping.stop(Reason.CLAIM_LOST)
        try:
            with self._app.app_context():
                if self._logbook is not None and self._logbook.has_news():
                    self._logbook.write()
                if moment - self._renewed >= self._settings.heartbeat_seconds:
                    self._renew(claim, moment)
        except SQLAlchemyError as error:
            logger.warning("Heartbeat of %s: %s", claim.node_id, error)

    def _renew(self, claim: Claim, moment: float) -> None:
        renewal = claims.renew(claim, self._settings.lease_seconds)
        if not renewal.is_held:
            stopping.stop(Reason.CLAIM_LOST)
            return
        self._renewed = moment
        if renewal.is_cancelled:
            self.is_cancelled = True
            stopping.stop(Reason.CANCELLED)
