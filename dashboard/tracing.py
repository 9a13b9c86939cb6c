"""How traces are made with OpenTelemetry. Imported where they are configured, and nowhere else: see `telemetry`."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

NAME = "papersnitch"
FLUSH_MILLISECONDS = 3_000

_wanted: ContextVar[tuple[int, int] | None] = ContextVar("wanted", default=None)


class Ids(RandomIdGenerator):
    """The ids that are wanted for the next span, else random ones."""

    def generate_trace_id(self) -> int:
        wanted = _wanted.get()
        return wanted[0] if wanted else super().generate_trace_id()

    def generate_span_id(self) -> int:
        wanted = _wanted.get()
        return wanted[1] if wanted else super().generate_span_id()


class Tracing:
    """One process's spans on their way to the collector. Endpoint, headers and the rest are the standard `OTEL_*`."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        resource = Resource.create({SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME") or NAME})
        self._provider = TracerProvider(resource=resource, id_generator=Ids())
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(NAME)

    def request(self, name: str, begun: int, run_id: int | None, facts: Mapping[str, Any]) -> None:
        """A span that is over; the root of the run's trace where it started one."""
        ids = (self._trace(run_id), self._span(run_id, "request")) if run_id is not None else None
        with _given(ids):
            span = self._tracer.start_span(name, Context(), SpanKind.SERVER, _named(facts), start_time=begun)
        span.end()

    def start(self, run_id: int, begun: int, is_asked: bool) -> None:
        """The start of a run in the engine: below the request that asked for it, if one did."""
        context = self._below(run_id, "request") if is_asked else Context()
        with _given((self._trace(run_id), self._span(run_id, "start"))):
            facts = _named({"run_id": run_id})
            span = self._tracer.start_span("run.start", context, SpanKind.PRODUCER, facts, start_time=begun)
        span.end()

    @contextmanager
    def attempt(self, run_id: int, name: str, facts: Mapping[str, Any]) -> Iterator[None]:
        """What a worker does with a claim, below the start of its run."""
        known = _named({"run_id": run_id, **facts})
        with self._tracer.start_as_current_span(name, self._below(run_id, "start"), SpanKind.CONSUMER, known):
            yield

    @contextmanager
    def part(self, name: str, facts: Mapping[str, Any]) -> Iterator[None]:
        """A span below the current one."""
        with self._tracer.start_as_current_span(name, attributes=_named(facts)):
            yield

    def flush(self) -> None:
        self._provider.force_flush(FLUSH_MILLISECONDS)

    def end(self) -> None:
        self._provider.shutdown()

    def _below(self, run_id: int, what: str) -> Context:
        place = SpanContext(self._trace(run_id), self._span(run_id, what), True, TraceFlags(TraceFlags.SAMPLED))
        return trace.set_span_in_context(NonRecordingSpan(place), Context())

    def _trace(self, run_id: int) -> int:
        return int.from_bytes(self._digest(f"trace {run_id}")[:16]) or 1

    def _span(self, run_id: int, what: str) -> int:
        return int.from_bytes(self._digest(f"span {run_id} {what}")[:8]) or 1

    def _digest(self, words: str) -> bytes:
        """The site's secret keeps two sites that report to one collector apart."""
        return hmac.digest(self._secret, words.encode(), hashlib.sha256)


@contextmanager
def _given(ids: tuple[int, int] | None) -> Iterator[None]:
    token = _wanted.set(ids)
    try:
        yield
    finally:
        _wanted.reset(token)


def _named(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes under the names OpenTelemetry gives them, or our own; what is not known is left out."""
    known = {"method": "http.request.method", "route": "http.route", "status": "http.response.status_code"}
    return {known.get(name, f"{NAME}.{name}"): fact for name, fact in facts.items() if fact is not None}
