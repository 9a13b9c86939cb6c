"""Where the bytes of files lie: in a folder, or in a bucket of an S3-compatible server. Addressed by their sha256.

Nothing of a bucket's library is loaded unless `ARTIFACTS_URL` names a bucket.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from dashboard.config import Settings
from dashboard.storage.folder import Folder


class Store(Protocol):
    """What every store can do. Where it does not answer, each verb raises StorageError."""

    def put(self, sha256: str, content: bytes | Path) -> None:
        """Keep the content under its hash, whole or not at all; the same again changes nothing."""

    def size_of(self, sha256: str) -> int | None:
        """How many bytes lie under that hash; None where nothing does."""

    def path_of(self, sha256: str) -> Path | None:
        """A local file with those bytes, to be opened at once and not changed; None where nothing lies there."""

    def remove(self, sha256: str) -> None:
        """Forget what lies under that hash, if anything does."""

    def examine(self) -> str:
        """Write and remove a trial file; the store in a sentence. SettingsError where a setting is wrong."""


def of(settings: Settings) -> Store:
    """The store that is configured."""
    if settings.artifacts_url is None:
        return Folder(settings.artifact_folder)
    from dashboard.storage.bucket import Bucket
    from dashboard.storage.cache import Cache

    cache = Cache(settings.home / "cache", settings.artifacts_cache_bytes)
    return Bucket(settings.artifacts_url, cache)
