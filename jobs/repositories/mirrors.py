"""Repositories kept at hand: a prefix of addresses stands for a folder of bare repositories or bundles."""

from __future__ import annotations

from pathlib import Path

from jobs.repositories.settings import Settings


def find_mirrored(url: str, settings: Settings) -> Path | None:
    """The bare repository or bundle that stands for `url`, or None where no mirror has it."""
    for mirror in settings.mirrors:
        if url.lower().startswith(mirror.prefix.lower()):
            rest = url[len(mirror.prefix) :].strip("/")
            found = _stored(mirror.directory, rest) if rest else None
            if found is not None:
                return found
    return None


def _stored(directory: Path, name: str) -> Path | None:
    """`name.git`, `name.bundle` or `name` in the directory. Names come from `Address`, which knows no `..`."""
    candidates = (directory / f"{name}.git", directory / f"{name}.bundle", directory / name)
    return next((candidate for candidate in candidates if candidate.exists()), None)
