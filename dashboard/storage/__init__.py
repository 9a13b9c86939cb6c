"""Where the bytes of files lie: in a folder, or in a bucket of an S3-compatible server. Addressed by their sha256.

Nothing of a bucket's library is loaded unless `ARTIFACTS_URL` names a bucket.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

from dashboard.config import Settings
from dashboard.engine.errors import StorageError
from dashboard.storage.folder import Folder

logger = logging.getLogger(__name__)


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


def of(settings: Settings) -> Store:
    """The store that is configured."""
    if settings.artifacts_url is None:
        return Folder(settings.artifact_folder)
    from dashboard.storage.bucket import Bucket
    from dashboard.storage.cache import Cache

    cache = Cache(settings.home / "cache", settings.artifacts_cache_bytes)
    return Bucket(settings.artifacts_url, cache)


def demand(settings: Settings) -> None:
    """At the start of a process: SettingsError where the bucket is not there, or its key wrong.

    One that does not answer may come back: until then nodes try again, and pages say so.
    """
    try:
        examine(settings)
    except StorageError as error:
        logger.warning("%s", error)


def examine(settings: Settings) -> str | None:
    """Write and remove a trial file in the bucket; how that went, or None where none is configured.

    SettingsError where a setting is wrong, StorageError where it does not answer.
    """
    if settings.artifacts_url is None:
        return None
    from dashboard.storage.bucket import examine as examine_bucket

    return examine_bucket(settings.artifacts_url)
