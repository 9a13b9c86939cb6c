"""A backup: the embedded database as it stood at one moment, then the files its rows name, then the key.

In this order, because a row is written after its file: whatever the database's copy names was there before the files
were copied. Files never change, so those that an earlier backup holds are not copied again.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from dashboard.config import Settings
from dashboard.engine.errors import InvalidInputError
from dashboard.storage.writing import CHUNK, whole

DATABASE, FILES, KEY = "papersnitch.db", "artifacts", "secret_key"
UNFINISHED = ".incoming-*"


def copy_database(settings: Settings, folder: Path) -> bool:
    """Copy the database while others write to it; False where it is on a server, which is dumped with its own tools."""
    url = make_url(settings.database_url)
    if url.drivername != "sqlite" or not url.database:
        return False
    fresh = folder / f".{DATABASE}"
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(url.database)) as source, closing(sqlite3.connect(fresh)) as target:
        source.backup(target)
        if (found := target.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise InvalidInputError(f"The database is damaged: {found}. The backup before this one was left as it is.")
    fresh.replace(folder / DATABASE)
    return True


def copy_files(settings: Settings, folder: Path) -> Iterator[Path]:
    """Copy the files that are not in the folder yet; each as soon as it is there."""
    for source in sorted(settings.artifact_folder.glob("??/*")):
        target = folder / FILES / source.relative_to(settings.artifact_folder)
        if source.match(UNFINISHED) or target.exists():
            continue
        try:
            with source.open("rb") as original, whole(target) as copy:
                shutil.copyfileobj(original, copy, CHUNK)
        except FileNotFoundError:  # it was old, and removed in this moment
            continue
        yield target


def copy_key(settings: Settings, folder: Path) -> None:
    """The key that the installation made for itself, where it did: without it nobody can unseal what is sealed."""
    if (settings.home / KEY).is_file():
        with whole(folder / KEY) as copy:
            copy.write((settings.home / KEY).read_bytes())
