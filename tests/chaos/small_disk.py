"""A store that is too small for one worker, until it grows: by a real full disk, or by a limit on the size of files.

The disk is a tmpfs in a mount namespace of the worker's own, which needs no root where the system allows it; the limit
(RLIMIT_FSIZE: the write stops in the middle just as well) is for where it does not.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from pathlib import Path
from typing import Protocol

from scripts.sessions import members

SMALL_BYTES, LARGE_BYTES = 512 * 1024, 128 * 1024 * 1024
# Mount the disk over the folder, put back what lay there, fill the disk, and become the command that follows.
_MOUNT = """
set -e; folder=$1; size=$2; filled=$3; shift 3; kept=$(mktemp -d); cp -a "$folder/." "$kept"
mount -t tmpfs -o "size=$size" none "$folder"; cp -a "$kept/." "$folder"; rm -rf "$kept"
head -c "$filled" /dev/zero > "$folder/ballast"; exec "$@"
"""


class SmallStore(Protocol):
    """Makes the artifact folder of a worker too small."""

    title: str

    def prefix(self) -> list[str]:
        """What to put before the worker's command."""

    def grow(self, worker: int) -> None:
        """There is space again, for the worker of that process id."""

    def seen_by(self, worker: int) -> Path:
        """The folder as that worker sees it."""


class SmallDisk:
    """A tmpfs over the folder, all but full."""

    title = "a tmpfs with 512 KiB left"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prefix(self) -> list[str]:
        namespaces = ["unshare", "--user", "--map-root-user", "--mount"]
        sizes = [str(LARGE_BYTES), str(LARGE_BYTES - SMALL_BYTES)]
        return [*namespaces, "sh", "-c", _MOUNT, "sh", str(self._folder), *sizes]

    def grow(self, worker: int) -> None:
        (self.seen_by(worker) / "ballast").unlink()

    def seen_by(self, worker: int) -> Path:
        return Path(f"/proc/{worker}/root{self._folder}")

    def is_possible(self) -> bool:
        """Whether this system lets us mount it and look inside."""
        if not shutil.which("unshare"):
            return False
        command = [*self.prefix(), "sh", "-c", "echo; read answer"]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere) as tried:
            assert tried.stdout is not None
            return bool(tried.stdout.readline()) and os.access(self.seen_by(tried.pid) / "ballast", os.W_OK)


class SmallFiles:
    """No file may be large."""

    title = "RLIMIT_FSIZE of 512 KiB"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prefix(self) -> list[str]:
        return ["sh", "-c", f'ulimit -S -f {SMALL_BYTES // 512}; exec "$@"', "sh"]

    def grow(self, worker: int) -> None:
        for pid in members([worker]):
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))

    def seen_by(self, worker: int) -> Path:
        return self._folder


def small_store(folder: Path) -> SmallStore:
    """The disk where it can be had, else the limit."""
    folder.mkdir(parents=True, exist_ok=True)
    disk = SmallDisk(folder)
    return disk if disk.is_possible() else SmallFiles(folder)
