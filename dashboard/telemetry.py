"""Traces, where OTEL_EXPORTER_OTLP_ENDPOINT names who takes them; else nothing of OpenTelemetry is loaded.

A run is one trace: the request that started it, the start in the engine, each attempt of a worker and the handler in
it. The ids follow from the run's own, so that processes need to hand nothing on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import g, has_request_context

from dashboard.config import Settings

if TYPE_CHECKING:
    from dashboard.tracing import Tracing


class _This:
    """The process's own."""

    tracing: Tracing | None = None


def begin(settings: Settings) -> None:
    """Trace from here on, where it is configured."""
    if settings.watching.traces_to is not None and _This.tracing is None:
        from dashboard.tracing import Tracing

        _This.tracing = Tracing(settings.secret_key)


def end() -> None:
    """Send what is left, and trace no more."""
    if _This.tracing is not None:
        _This.tracing.end()
        _This.tracing = None


def flush() -> None:
    """Send what is there now: this process may be gone in a moment."""
    if _This.tracing is not None:
        _This.tracing.flush()


def request_answered(name: str, begun: int, **facts: Any) -> None:
    """A request has been answered. One that started a run is the root of that run's trace; of several, the first's."""
    if _This.tracing is not None:
        _This.tracing.request(name, begun, g.get("started_run"), facts)


def run_started(run_id: int, begun: int) -> None:
    """The engine has started a run; `begun` is the moment it began to, as `time.time_ns` counts."""
    if _This.tracing is not None:
        is_asked = has_request_context() and g.setdefault("started_run", run_id) == run_id
        _This.tracing.start(run_id, begun, is_asked)


@contextmanager
def attempt(run_id: int, name: str, **facts: Any) -> Iterator[None]:
    """A worker's attempt at a node of that run."""
    if _This.tracing is None:
        yield
        return
    with _This.tracing.attempt(run_id, name, facts):
        yield


@contextmanager
def part(name: str, **facts: Any) -> Iterator[None]:
    """A part of what is under way; what it raises is noted."""
    if _This.tracing is None:
        yield
        return
    with _This.tracing.part(name, facts):
        yield
