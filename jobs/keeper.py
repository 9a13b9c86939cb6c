"""The worker's eye on its horse: stops it from outside when its own thread cannot, and settles what it held."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from flask import Flask

from jobs import aftermath, stopping, watched
from jobs.last_words import LastWords
from jobs.slate import Held, Reason, slate

GRACE_SECONDS = 3.0  # from the moment a handler must stop to the moment its process is killed
FENCE_GRACE = 0.1  # of the lease: the same, when somebody else may soon begin
GIVE_BACK_SECONDS = 3.0  # from SIGTERM to the same: claims are back within five


class Keeper:
    """Keeps one horse at a time. The worker calls `look` about every second while the horse works."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._fence_grace = min(GRACE_SECONDS, FENCE_GRACE * app.extensions["settings"].lease_seconds)
        self._words = LastWords()
        self._killed: Held | None = None
        self._told_at: float | None = None

    def begin_horse(self) -> None:
        """In the fresh horse: be ready to say where it stands."""
        self._words.listen()

    def tell_to_end(self, pid: int) -> None:
        """The worker was told to end: so is its horse, which gives its node back."""
        self._told_at = self._told_at or time.monotonic()
        _send(pid, signal.SIGTERM)

    def look(self, pid: int) -> None:
        """Stop, or kill, a horse that has held its claim for too long."""
        moment = time.monotonic()
        held = slate.read()
        if self._told_at is not None:
            self._look_at_leaving(pid, held, moment - self._told_at)
        elif held is not None and held.is_overdue(moment - self._grace(held)):
            self._words.ask(pid)
            self._kill(pid, held)
        elif held is not None and held.is_overdue(moment):
            _send(pid, stopping.SIGNAL)

    def bury(self, status: int | None) -> None:
        """The horse has ended: settle what it still held. `status` is what wait(2) said, None when it said nothing."""
        held, words = slate.read(), self._words.read()
        if held is not None:
            with self._app.app_context(), watched.about(held.claim):
                aftermath.settle(held.claim, self._reason(held), status, words)
        self._killed = None
        self._words.forget()
        slate.clear()

    def _grace(self, held: Held) -> float:
        return self._fence_grace if held.reason is Reason.CLAIM_LOST else GRACE_SECONDS

    def _look_at_leaving(self, pid: int, held: Held | None, waited: float) -> None:
        if waited < GIVE_BACK_SECONDS:
            _send(pid, signal.SIGTERM)  # again: the first may have come before it listened
        else:
            self._kill(pid, held)

    def _kill(self, pid: int, held: Held | None) -> None:
        self._killed = held
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    def _reason(self, held: Held) -> Reason | None:
        """Why this claim's horse died by our hand; None when it died by itself."""
        if self._told_at is not None:
            return Reason.SHUTDOWN
        if self._killed is None:
            return None
        return self._killed.reason if self._killed.claim == held.claim else Reason.SHUTDOWN  # met in the last moment


def _send(pid: int, number: signal.Signals) -> None:
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
