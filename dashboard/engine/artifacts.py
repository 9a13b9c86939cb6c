"""The artifact store: files addressed by their sha256, written whole or not at all."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from dashboard.engine import loose_files
from dashboard.engine.errors import NotFoundError
from dashboard.storage import Store

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    """A file in the store."""

    sha256: str
    bytes: int


def store(content: bytes | Path) -> Stored:
    """Put the bytes, or a copy of the file, into the store; a row has a day to name them."""
    sha256 = digest(content)
    loose_files.note_one(sha256)
    the_store().put(sha256, content)
    return Stored(sha256, len(content) if isinstance(content, bytes) else content.stat().st_size)


def path_of(sha256: str) -> Path:
    """A local file with the bytes of that hash, to be opened at once; NotFoundError when they are not here."""
    path = the_store().path_of(sha256) if _SHA256.fullmatch(sha256) else None
    if path is None:
        raise NotFoundError(f"The file {sha256[:12]} is not in the artifact store.")
    return path


def size_of(sha256: str) -> int | None:
    """How many bytes of that hash are in the store; None when it has none."""
    return the_store().size_of(sha256)


def digest(content: bytes | Path) -> str:
    """The sha256 under which the bytes, or a file's, are, or would be, in the store."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def the_store() -> Store:
    """The store of this installation."""
    found: Store = current_app.extensions["store"]
    return found
