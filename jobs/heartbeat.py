"""The thread beside the handler: renews the lease, sees a cancel, writes the log, and stops a handler in time."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType

from flask import Flask

from dashboard.engine import claims
from dashboard.engine.claims import Claim, Renewal
from dashboard.engine.glance import glance
from jobs import stopping, watched
from jobs.logbook import Logbook
from jobs.slate import Reason, slate

TICK_SECONDS = 0.5
GLANCE_SECONDS = 0.9  # between two looks at the claim: every second tick
FENCE = 0.75  # of the lease without a renewal: stop before somebody else may begin

logger = logging.getLogger(__name__)


class Heartbeat:
    """Watches one claim at a time: `watch(claim, logbook)` before its handler, `leave()` after.

    What it knows of the time left stands on the slate as well, for the worker outside. The lock guards only what is
    known, it is never held over a question to the database: a database that hangs does not hold the handler up.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._settings = app.extensions["settings"]
        self._fence = self._settings.lease_seconds * FENCE
        self._lock = threading.Lock()
        self._claim: Claim | None = None
        self._logbook: Logbook | None = None
        self._renewed = self._looked = 0.0
        self._limits: dict[Reason, float] = {}
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
        if kind is None:
            slate.clear()

    def watch(self, claim: Claim, logbook: Logbook) -> None:
        """Keep this claim alive from now on."""
        with self._lock:
            moment = time.monotonic()
            self._claim, self._logbook, self.is_cancelled = claim, logbook, False
            self._renewed = self._looked = moment
            self._limits = {Reason.DEADLINE: moment + claim.timeout_seconds, Reason.CLAIM_LOST: moment + self._fence}
            slate.hold(claim, *self._first_limit())

    def leave(self) -> None:
        """The handler has ended: touch its claim no more."""
        with self._lock:
            self._claim = None
            slate.rest()

    def _beat(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            with self._lock:
                claim, logbook = self._claim, self._logbook
            if claim is None or logbook is None:
                continue
            try:
                with watched.about(claim):
                    self._tend(claim, logbook)
            except Exception as error:  # the next turn may fare better; the slate keeps counting meanwhile
                logger.warning("Heartbeat of %s: %s", claim.node_id, error)

    def _tend(self, claim: Claim, logbook: Logbook) -> None:
        is_due = self._stop_when_due(claim)
        with self._app.app_context():
            if not is_due:
                self._ask(claim)
            if logbook.has_news():
                logbook.write()

    def _stop_when_due(self, claim: Claim) -> bool:
        """Whether the handler must stop. From then on the lease runs out, even if the handler will not hear."""
        with self._lock:
            moment = time.monotonic()
            if stopping.is_asked():
                self._limits.setdefault(Reason.SHUTDOWN, moment)
            is_due = self._claim is claim and moment >= self._first_limit()[0]
            if is_due:
                stopping.stop()
            return is_due

    def _ask(self, claim: Claim) -> None:
        """Renew, or only look; in between, nothing."""
        moment = time.monotonic()
        renews = moment - self._renewed >= self._settings.heartbeat_seconds
        if renews:
            self._heed(claim, claims.renew(claim, self._settings.lease_seconds), moment, renewed=moment)
        elif moment - self._looked >= GLANCE_SECONDS:
            self._heed(claim, glance(claim), moment)

    def _heed(self, claim: Claim, answer: Renewal, moment: float, renewed: float | None = None) -> None:
        """Take in what the database said of the claim, unless the handler has moved on to another."""
        with self._lock:
            if self._claim is not claim:
                return
            self._looked = moment
            if not answer.is_held:
                self.is_cancelled = True
                self._limits[Reason.CLAIM_LOST] = moment
            elif renewed is not None:
                self._renewed = renewed
                self._limits[Reason.CLAIM_LOST] = renewed + self._fence
            if answer.is_cancelled:
                self.is_cancelled = True
                self._limits.setdefault(Reason.CANCELLED, moment + self._settings.cancel_grace_seconds)
            slate.limit(*self._first_limit())

    def _first_limit(self) -> tuple[float, Reason]:
        return min((moment, reason) for reason, moment in self._limits.items())
