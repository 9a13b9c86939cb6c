"""Bare repositories of a folder, handed out over HTTP in the place of the hosts they came from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.git_server import GitServer, serve
from jobs.repositories.settings import DEFAULT_HOSTS

_MIRRORS = "REPOSITORY_MIRRORS"


@contextmanager
def hosted(folder: Path | None) -> Iterator[None]:
    """Workers started in the block fetch every repository from `folder`; without one, from where they are set to."""
    if folder is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="papersnitch-git-") as name:
        for repository, stored in bare_repositories(folder).items():
            for known_as in {repository, repository.lower()}:
                _link(Path(name) / f"{known_as}.git", stored)
        with serve(GitServer(Path(name))) as server, _mirrors(server):
            yield


def bare_repositories(folder: Path) -> dict[str, Path]:
    """`owner/name` to the bare repository in `owner+name`, or in a folder of that."""
    candidates = {
        path.name.removesuffix(".git").replace("+", "/"): _bare_in(path)
        for path in sorted(folder.iterdir())
        if "+" in path.name
    }
    return {name: stored for name, stored in candidates.items() if stored is not None}


def _bare_in(folder: Path) -> Path | None:
    inside = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return next((path.resolve() for path in (folder, *inside) if (path / "objects").is_dir()), None)


def _link(place: Path, stored: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(stored)


@contextmanager
def _mirrors(server: GitServer) -> Iterator[None]:
    """Tell workers to come, instead of any host, to that server."""
    before = os.environ.get(_MIRRORS)
    os.environ[_MIRRORS] = ",".join(f"https://{host}/={server.url}/" for host in DEFAULT_HOSTS.split(","))
    try:
        yield
    finally:
        os.environ.pop(_MIRRORS)
        if before is not None:
            os.environ[_MIRRORS] = before
