"""A real git server on 127.0.0.1: `git http-backend` behind a small threaded server, with faults on demand."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Faults:
    """What goes wrong, by a part of the path asked for. `stalls` and `cuts` strike the transfer, not the question."""

    statuses: dict[str, int] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    hangs: set[str] = field(default_factory=set)
    stalls: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    cuts: set[str] = field(default_factory=set)
    released: threading.Event = field(default_factory=threading.Event)


@dataclass
class GitServer:
    """`url` is its root; `requests` what it was asked, as (method, path, Host header)."""

    root: Path
    port: int
    faults: Faults = field(default_factory=Faults)
    requests: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(root: Path, port: int = 0) -> Iterator[GitServer]:
    """Serve the bare repositories under `root` until the block ends, at that port or at a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    state = GitServer(root, server.server_address[1])
    server.git = state  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.faults.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""

    def _answer(self) -> None:
        state: GitServer = self.server.git  # type: ignore[attr-defined]
        state.requests.append((self.command, self.path, self.headers.get("Host", "")))
        if not self._fault(state.faults):
            self._git(state)

    def _fault(self, faults: Faults) -> bool:
        """Answer wrongly where a fault is set for this path; False where none is."""
        for part, status in faults.statuses.items():
            if part in self.path:
                self._plain(status)
                return True
        for part, target in faults.redirects.items():
            if part in self.path:
                self._plain(302, Location=target)
                return True
        transfers = self.command == "POST"
        if any(part in self.path for part in faults.hangs | (faults.stalls if transfers else set())):
            faults.released.wait(60)
            return True
        if any(part in self.path for part in faults.pages):
            self._plain(200)
            return True
        if transfers and any(part in self.path for part in faults.cuts):
            self.close_connection = True
            return True
        return False

    def _plain(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", "Content-Type": "text/html", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _git(self, state: GitServer) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        answer = subprocess.run(
            ["git", "http-backend"],
            input=body,
            capture_output=True,
            check=False,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(state.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
                "GIT_CONFIG_VALUE_0": "true",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(length),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REMOTE_ADDR": "127.0.0.1",
            },
        ).stdout
        with suppress(ConnectionError):  # The client may have had enough.
            self._pass_on(answer)

    def _pass_on(self, answer: bytes) -> None:
        """A CGI answer as an HTTP one."""
        head, _, body = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
