"""The two versions of an upgrade: this checkout, and one before it."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What this version must be able to replace without a pause: the last one before migration 0016. A release moves it.
BASELINE = "92f54af9f56b5cd76ace28969a8de78f6b7fe24b"
BASELINE_REVISION = "0015"
WHAT_RUNS = (
    "dashboard",
    "jobs",
    "migrations",
    "samples",
    "static",
    "templates",
    "tests",
    "gunicorn.conf.py",
    "wsgi.py",
)


@dataclass(frozen=True)
class Version:
    """A version's code, and what to call it."""

    name: str
    root: Path


NEWER = Version("this version", ROOT)


def older(folder: Path, commit: str = BASELINE) -> Version:
    """The recorded version, unpacked into the folder from the history.

    A clone without its history has none: there this version is the older one as well, and the newer differs from it by
    what `expansion` does to the tables, which is a migration too.
    """
    if not _has(commit):
        return NEWER
    archive = subprocess.run(["git", "archive", commit, *WHAT_RUNS], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(folder, filter="data")
    shutil.copytree(ROOT / "tests" / "upgrade", folder / "tests" / "upgrade")
    return Version(commit[:7], folder)


def _has(commit: str) -> bool:
    asked = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    try:
        return subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
