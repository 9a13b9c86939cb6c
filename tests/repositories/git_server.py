"""The real git server of the benchmarks, with faults on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import git_server
from benchmarks.git_server import GitHandler


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
class GitServer(git_server.GitServer):
    """The server, and the faults it was told to have."""

    faults: Faults = field(default_factory=Faults)


@contextmanager
def serve(root: Path, port: int = 0) -> Iterator[GitServer]:
    """Serve the bare repositories under `root` until the block ends, at that port or at a free one."""
    server = GitServer(root, port)
    with git_server.serve(server, _FaultyHandler):
        try:
            yield server
        finally:
            server.faults.released.set()


class _FaultyHandler(GitHandler):
    """Answers wrongly where a fault is set for the path, and is a git server otherwise."""

    def run_git(self) -> None:
        server = self.git
        assert isinstance(server, GitServer)
        if not self._fault(server.faults):
            super().run_git()

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
