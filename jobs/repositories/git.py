"""The git command line without trust: no configuration but ours, hard limits, its own process group, a clock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.engine.errors import PermanentError, TransientError
from jobs.repositories import launch
from jobs.repositories.errors import TooBigError, TooSlowError
from jobs.repositories.settings import Limits

_HARDENED = {
    "core.hooksPath": "/dev/null",
    "core.symlinks": "false",
    "core.fsmonitor": "false",
    "core.askPass": "",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",  # Always one pack, so that the file size limit bounds it.
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.followRedirects": "false",
    "http.proxy": "",
    "pack.threads": "1",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
}
_CERTIFICATES = ("GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR")
_POLL_SECONDS = 0.05
_CANCEL_POLL_SECONDS = 1.0


class GitFailedError(Exception):
    """Git ended with an error; the message is what it wrote."""


def never() -> bool:
    """Nobody asks for a stop."""
    return False


@dataclass
class Git:
    """Git on one bare repository. `scratch` is a folder of ours, first empty: all that is written is written there."""

    repository: Path
    scratch: Path
    limits: Limits
    stopped: Callable[[], bool] = never
    deadline: float = 0.0

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.seconds

    def run(
        self, *arguments: str, config: dict[str, str] | None = None, given: bytes = b"", most: int | None = None
    ) -> bytes:
        """What git writes to its standard output. `most` bounds every file it writes, output included, in bytes.

        Raises GitFailedError with git's own words, TooBigError or TooSlowError naming the limit it went over.
        """
        most = most or self.limits.pack_bytes
        command = self._command(arguments, {**_HARDENED, **(config or {})}, most)
        (self.scratch / "in").write_bytes(given)
        with (
            (self.scratch / "in").open("rb") as stdin,
            (self.scratch / "out").open("wb") as stdout,
            (self.scratch / "err").open("wb") as stderr,
        ):
            child = subprocess.Popen(
                command, stdin=stdin, stdout=stdout, stderr=stderr, env=self._environment(), start_new_session=True
            )
            try:
                self._watch(child)
            finally:
                _end(child)
        return self._outcome(child.returncode, most)

    def _command(self, arguments: tuple[str, ...], config: dict[str, str], most: int) -> list[str]:
        settings = [part for key, value in config.items() for part in ("-c", f"{key}={value}")]
        hard = {
            "AS": self.limits.memory_bytes,
            "CPU": int(self.limits.seconds) + 1,
            "FSIZE": most,
            "NOFILE": 256,
        }
        launcher = [sys.executable, "-I", "-S", launch.__file__, json.dumps(hard)]
        return [*launcher, "git", f"--git-dir={self.repository}", *settings, *arguments]

    def _environment(self) -> dict[str, str]:
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in _CERTIFICATES if name in os.environ}
        return kept | {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_OPTIONAL_LOCKS": "0",
        }

    def _watch(self, child: subprocess.Popen[bytes]) -> None:
        next_look = 0.0
        while True:
            try:
                child.wait(_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                if time.monotonic() > self.deadline:
                    raise TooSlowError(f"Fetching it takes longer than {self.limits.seconds:g} seconds.") from None
                if time.monotonic() >= next_look:
                    self._look()
                    next_look = time.monotonic() + _CANCEL_POLL_SECONDS
            else:
                return

    def _look(self) -> None:
        if self.stopped():
            raise TransientError("The run is being cancelled.")
        if sum(_sizes_under(self.scratch)) > self.limits.pack_bytes:
            raise self._too_big()

    def _outcome(self, status: int, most: int) -> bytes:
        errors = (self.scratch / "err").read_bytes()[-4000:].decode("utf-8", "replace").strip()
        if status and any(size >= most for size in _sizes_under(self.scratch)):  # Cut off in the middle of a write.
            raise self._too_big()
        if status == launch.COMMAND_NOT_FOUND:
            raise PermanentError("git is not installed on this worker.")
        if status:
            raise GitFailedError(errors or f"git ended with status {status}.")
        return (self.scratch / "out").read_bytes()

    def _too_big(self) -> TooBigError:
        return TooBigError(f"It is larger than {self.limits.pack_bytes / 2**20:g} MB, the most that is fetched.")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever of the group is left, git's own helpers included."""
    with suppress(ProcessLookupError, PermissionError):  # macOS answers a group of zombies with EPERM.
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _sizes_under(directory: Path) -> Iterator[int]:
    """The size of every file under a directory, while files come and go in it."""
    for root, _, names in os.walk(directory):
        for name in names:
            with suppress(FileNotFoundError):
                yield Path(root, name).lstat().st_size
