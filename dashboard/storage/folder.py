"""Files in a folder that every host shares."""

from __future__ import annotations

import shutil
from pathlib import Path

from dashboard.storage.writing import CHUNK, whole


class Folder:
    """`dashboard.storage.Store` in a folder; two letters of the hash name the folder within it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, sha256: str, content: bytes | Path) -> None:
        target = self._place(sha256)
        if target.is_file():
            return
        with whole(target) as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file, CHUNK)

    def size_of(self, sha256: str) -> int | None:
        path = self.path_of(sha256)
        return path.stat().st_size if path else None

    def path_of(self, sha256: str) -> Path | None:
        path = self._place(sha256)
        return path if path.is_file() else None

    def remove(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:]
