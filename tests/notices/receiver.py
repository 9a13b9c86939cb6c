"""A webhook's other side: an HTTP server of the test's own that keeps what it is sent and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any


@dataclass(frozen=True)
class Call:
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Receiver:
    """Answers with the first of `answers`, which only the last outlives."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [204])
    calls: Queue[Call] = field(default_factory=Queue)
    moved_to: str = ""
    drips: bool = False

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hook?team=1"

    def next(self) -> Call:
        """The next call; queue.Empty when there is none."""
        return self.calls.get(timeout=1)


@contextmanager
def receiver() -> Iterator[Receiver]:
    listening = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            listening.calls.put(Call({name.lower(): value for name, value in self.headers.items()}, sent))
            if listening.drips:
                return self._drip()
            status = listening.answers.pop(0) if len(listening.answers) > 1 else listening.answers[0]
            self.send_response(status)
            if listening.moved_to:
                self.send_header("Location", listening.moved_to)
            self.end_headers()
            self.wfile.write(b"" if status == 204 else f"I say {status}".encode())

        def _drip(self) -> None:
            self.send_response(200)
            try:
                while True:
                    self.wfile.write(b"X")
                    time.sleep(0.05)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield listening
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
