"""A real git server on 127.0.0.1: `git http-backend` behind a small threaded HTTP server.

It serves filtered copies too, which lack their large files: what is not here is left out of the pack.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

_CONFIG = {
    "uploadpack.allowFilter": "true",
    "uploadpack.packObjectsHook": "sh -c 'exec \"$@\" --missing=allow-any' sh",
    "safe.directory": "*",
}


@dataclass
class GitServer:
    """`url` is its root; `requests` what it was asked, as (method, path, Host header)."""

    root: Path
    port: int = 0
    requests: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class GitHandler(BaseHTTPRequestHandler):
    """Hands every request to git."""

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def log_message(self, *_: object) -> None:
        """Keep the output clean."""

    @property
    def git(self) -> GitServer:
        served: GitServer = self.server.git  # type: ignore[attr-defined]
        return served

    def answer(self) -> None:
        """Note the request and let git answer it."""
        self.git.requests.append((self.command, self.path, self.headers.get("Host", "")))
        self.run_git()

    def run_git(self) -> None:
        """Run git on the request and pass on what it says."""
        length = int(self.headers.get("Content-Length") or 0)
        with tempfile.TemporaryFile() as body:
            body.write(self.rfile.read(length) if length else b"")
            body.seek(0)
            with subprocess.Popen(
                ["git", "http-backend"], stdin=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=self._environment(length),
            ) as backend, suppress(ConnectionError):  # fmt: skip
                assert backend.stdout
                self._pass_on(backend.stdout)

    def _environment(self, length: int) -> dict[str, str]:
        parts = urlsplit(self.path)
        config = {"GIT_CONFIG_COUNT": str(len(_CONFIG))}
        for number, (key, value) in enumerate(_CONFIG.items()):
            config |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return config | {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.git.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }

    def _pass_on(self, answer: IO[bytes]) -> None:
        """A CGI answer as an HTTP one; the end of the connection is the end of the body."""
        headers: dict[str, str] = {}
        while line := answer.readline().decode("latin-1").strip():
            name, _, value = line.partition(": ")
            headers[name] = value
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        shutil.copyfileobj(answer, self.wfile)


@contextmanager
def serve(git: GitServer, handler: type[GitHandler] = GitHandler) -> Iterator[GitServer]:
    """Serve the bare repositories under its root until the block ends, at its port or, where that is 0, a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", git.port), handler)
    git.port = server.server_address[1]
    server.git = git  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield git
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
