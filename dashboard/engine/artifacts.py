"""The artifact store: files addressed by their sha256, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from dashboard.engine.errors import NotFoundError

CHUNK = 1024 * 1024

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    """A file in the store."""

    sha256: str
    bytes: int


def store(content: bytes | Path) -> Stored:
    """Put the bytes, or a copy of the file, into the store: temporary file, fsync, rename."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _copy(content, file)
            file.flush()
            os.fsync(file.fileno())
        stored = Stored(digest(temporary), temporary.stat().st_size)
        target = _place(stored.sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.rename(target)
            _sync_folder(target.parent)
        return stored
    finally:
        temporary.unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    """Where the bytes of that hash lie; NotFoundError when they are not here."""
    path = _place(sha256)
    if not _SHA256.fullmatch(sha256) or not path.is_file():
        raise NotFoundError(f"The file {sha256[:12]} is not in the artifact store.")
    return path


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].artifact_folder
    return folder


def _place(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256[2:]


def _copy(content: bytes | Path, target: BinaryIO) -> None:
    if isinstance(content, bytes):
        target.write(content)
        return
    with content.open("rb") as source:
        shutil.copyfileobj(source, target, CHUNK)


def digest(path: Path) -> str:
    """The sha256 under which a file is, or would be, in the store."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
