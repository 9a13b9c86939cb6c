"""How a handler is stopped from outside: by a signal that turns into an exception, but only inside a handler.

The flag is read and written by the main thread alone, in which Python also runs signal handlers: a stop never lands
in the middle of a commit of ours. Why a handler is stopped, and when, stands on the slate; the signal only says
"look": it comes from the heartbeat's thread, or from the worker when that thread cannot run.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from jobs.slate import Reason, slate

__all__ = ["SIGNAL", "HandlerStopped", "Reason", "is_asked", "listen", "stop", "stoppable"]

SIGNAL = signal.SIGUSR1


class HandlerStopped(BaseException):
    """Raised inside a handler that must stop. Not an Exception: `except Exception` must not swallow it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _State:
    is_inside = False
    is_asked = False


_state = _State()


def listen() -> None:
    """Take SIGTERM as "give back what you hold" and our own signal as "stop this handler". Main thread only."""
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(SIGNAL, _stopped)


def is_asked() -> bool:
    """Whether this process was told to end."""
    return _state.is_asked


@contextmanager
def stoppable() -> Iterator[None]:
    """The handler runs inside this block; HandlerStopped is raised in it, once, when somebody asks."""
    _state.is_inside = True
    try:
        if _state.is_asked:
            raise HandlerStopped(Reason.SHUTDOWN)
        yield
    finally:
        _state.is_inside = False


def stop() -> None:
    """From another thread: stop the handler that runs in the main thread, if its time on the slate is over."""
    signal.pthread_kill(threading.main_thread().ident or 0, SIGNAL)


def _terminated(_number: int, _frame: FrameType | None) -> None:
    _state.is_asked = True
    _leave(Reason.SHUTDOWN)


def _stopped(_number: int, _frame: FrameType | None) -> None:
    held = slate.read()
    if held is not None and held.is_overdue(time.monotonic()):
        _leave(held.reason)


def _leave(reason: Reason) -> None:
    if _state.is_inside:
        _state.is_inside = False
        raise HandlerStopped(reason)
