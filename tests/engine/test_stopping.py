"""A stop reaches a handler, and nothing but a handler."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator

import pytest

from dashboard.engine.claims import Claim
from jobs import stopping
from jobs.slate import Reason, slate
from jobs.stopping import HandlerStopped

CLAIM = Claim(7, "only", 3, "only", "default", 1, 0, 900, "f" * 32, "host:12")


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """This process listens as a horse does, and holds a claim."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, stopping.SIGNAL)}
    stopping.listen()
    slate.hold(CLAIM, time.monotonic() + 3600, Reason.DEADLINE)
    yield
    slate.clear()
    for number, action in before.items():
        signal.signal(number, action)
    stopping._state.is_asked = False


def stop_now(reason: Reason) -> None:
    slate.limit(time.monotonic(), reason)
    stopping.stop()


def test_a_handler_is_stopped_from_another_thread_and_told_why() -> None:
    timer = threading.Timer(0.1, stop_now, [Reason.CANCELLED])
    timer.start()
    with pytest.raises(HandlerStopped) as stopped, stopping.stoppable():
        time.sleep(10)
    assert stopped.value.reason is Reason.CANCELLED


def test_except_exception_does_not_swallow_a_stop() -> None:
    with pytest.raises(HandlerStopped), stopping.stoppable():
        try:
            stop_now(Reason.CLAIM_LOST)
        except Exception as error:
            raise AssertionError("swallowed") from error


def test_a_handler_that_swallows_a_stop_is_not_stopped_twice() -> None:
    """Seen to fail with `is_inside` left as it was: each tick raised anew, also while the handler cleaned up."""
    with stopping.stoppable():
        with pytest.raises(HandlerStopped):
            stop_now(Reason.DEADLINE)
        stop_now(Reason.DEADLINE)


def test_a_signal_before_the_time_is_over_stops_nothing() -> None:
    with stopping.stoppable():
        stopping.stop()


def test_our_own_code_is_never_stopped() -> None:
    """Seen to fail with the signal raising everywhere: it landed in the commit after the handler."""
    with stopping.stoppable():
        pass
    stop_now(Reason.DEADLINE)
    signal.raise_signal(signal.SIGTERM)
    assert stopping.is_asked()


def test_a_handler_of_a_process_that_was_told_to_end_does_not_begin() -> None:
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(HandlerStopped) as stopped, stopping.stoppable():
        raise AssertionError("It began.")
    assert stopped.value.reason is Reason.SHUTDOWN
