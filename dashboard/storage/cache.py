"""Local copies of a bucket's files: fetched once, checked against their hash, the least used removed when they weigh
too much."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dashboard.engine.errors import StorageError
from dashboard.storage.writing import whole

HELD_SECONDS = 3600.0  # a copy used within an hour is never removed: a handler may be about to read it again
LOOK_SECONDS = 60.0


class Cache:
    """A folder of this host, shared by its processes. It may be emptied at any time but while they run."""

    def __init__(self, root: Path, most_bytes: int) -> None:
        self._root = root
        self._most_bytes = most_bytes
        self._looked = float("-inf")

    def find(self, sha256: str) -> Path | None:
        """The copy, which counts as used now."""
        path = self._place(sha256)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def fill(self, sha256: str, chunks: Iterable[bytes]) -> Path:
        """Keep those bytes as they come; StorageError where they are not what the hash says."""
        self._make_room()
        digest = hashlib.sha256()
        path = self._place(sha256)
        with whole(path) as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            if digest.hexdigest() != sha256:
                raise StorageError(f"The store holds other bytes under {sha256[:12]} than were put there.")
        return path

    def forget(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:]

    def _make_room(self) -> None:
        """Once a minute: remove the least used copies until the rest weighs what it may."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        copies = sorted(_copies(self._root))
        weight = sum(size for _used, size, _path in copies)
        for used, size, path in copies:
            if weight <= self._most_bytes or used > time.time() - HELD_SECONDS:
                return
            path.unlink(missing_ok=True)
            weight -= size


def _copies(root: Path) -> list[tuple[float, int, Path]]:
    """When each was last used, what it weighs and where it is."""
    found = []
    for path in root.glob("*/*"):
        with suppress(FileNotFoundError):  # another process was quicker
            stat = path.stat()
            found.append((stat.st_mtime, stat.st_size, path))
    return found
