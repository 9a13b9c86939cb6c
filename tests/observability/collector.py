"""A collector that takes spans over OTLP/HTTP and keeps them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Kept:
    """A span as it came over the wire. Ids are hexadecimal; `parent` is empty at the root."""

    name: str
    trace: str
    span: str
    parent: str
    is_error: bool
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Collector:
    """Where it listens, and what it was sent."""

    endpoint: str
    spans: list[Kept] = field(default_factory=list)

    def named(self, name: str) -> Kept:
        found = [span for span in self.spans if span.name == name]
        assert len(found) == 1, (name, [span.name for span in self.spans])
        return found[0]

    def keep(self, body: bytes) -> None:
        sent = ExportTraceServiceRequest.FromString(body)
        for scope in (scope for resource in sent.resource_spans for scope in resource.scope_spans):
            for span in scope.spans:
                facts = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
                ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
                self.spans.append(Kept(span.name, *ids, span.status.code == 2, facts))


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of this machine."""

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collector.keep(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield collector
        server.shutdown()
        thread.join()
