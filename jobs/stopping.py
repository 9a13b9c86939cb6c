"""How a handler is stopped from outside: by a signal that turns into an exception, but only inside a handler.

The flag is read and written by the main thread alone, in which Python also runs signal handlers: a stop never lands
in the middle of a commit of ours.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType

SIGNAL = signal.SIGUSR1


class Reason(StrEnum):
    """Why a handler is stopped."""

    SHUTDOWN = "the worker is shutting down"
    CLAIM_LOST = "the claim was lost"
    CANCELLED = "the run was cancelled"
    DEADLINE = "the node took longer than it may"


class HandlerStopped(BaseException):
    """Raised inside a handler that must stop. Not an Exception: `except Exception` must not swallow it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _State:
    is_inside = False
    is_asked = False
    reason: Reason | None = None


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
    """The handler runs inside this block; HandlerStopped is raised in it when somebody asks."""
    _state.reason = None
    _state.is_inside = True
    try:
        if _state.is_asked:
            raise HandlerStopped(Reason.SHUTDOWN)
        yield
    finally:
        _state.is_inside = False


def stop(reason: Reason) -> None:
    """From another thread: stop the handler that runs in the main thread, if one does."""
    _state.reason = reason
    signal.pthread_kill(threading.main_thread().ident or 0, SIGNAL)


def _terminated(_number: int, _frame: FrameType | None) -> None:
    _state.is_asked = True
    if _state.is_inside:
        _state.is_inside = False
        raise HandlerStopped(Reason.SHUTDOWN)


def _stopped(_number: int, _frame: FrameType | None) -> None:
    if _state.is_inside and _state.reason is not None:
        _state.is_inside = False
        raise HandlerStopped(_state.reason)
