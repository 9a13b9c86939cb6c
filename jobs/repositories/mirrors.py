"""Repositories kept at hand: a prefix of addresses stands for a folder of bare repositories, or for a mirror's URL."""

from __future__ import annotations

from pathlib import Path

from jobs.repositories.address import Address, address_of
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


def find_detour(address: Address, settings: Settings) -> tuple[Address, Settings] | None:
    """Where the operator's mirror has that repository, and the settings to ask it with; None where none stands for it.

    A mirror may be on a private address and speak http, which the hosts of papers' links may not.
    """
    for detour in settings.detours:
        if address.url.lower().startswith(detour.prefix.lower()):
            on_mirror, rest = settings.on(detour), address.url[len(detour.prefix) :].strip("/")
            return address_of(f"{detour.url.rstrip('/')}/{rest}", on_mirror), on_mirror
    return None


def _stored(directory: Path, name: str) -> Path | None:
    """`name.git`, `name.bundle` or `name` in the directory. Names come from `Address`, which knows no `..`."""
    candidates = (directory / f"{name}.git", directory / f"{name}.bundle", directory / name)
    return next((candidate for candidate in candidates if candidate.exists()), None)
