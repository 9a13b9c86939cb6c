"""A served folder of repositories, and the two handlers run on what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.repositories.settings import Limits, Settings, settings_from
from tests.handlers.conftest import Chain
from tests.repositories.builder import GOOD, build
from tests.repositories.git_server import GitServer, serve

QUICK = Limits(seconds=20, connect_seconds=1, stall_seconds=2)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """A git server with one good repository, `lab/tiny`."""
    build(tmp_path / "served" / "lab" / "tiny.git", GOOD)
    with serve(tmp_path / "served") as running:
        yield running


@pytest.fixture
def settings(server: GitServer) -> Settings:
    """Settings under which that server is the operator's own host, and patience is short."""
    read = settings_from({"REPOSITORY_PRIVATE_HOSTS": server.url})
    return Settings(read.hosts, read.private_hosts, read.plain_hosts, limits=QUICK)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """The empty folder a fetch writes to."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def run_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Chain]:
    """`run_on(url)` runs fetch_repo and check_repo as if validate_links had chosen that address."""
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.4")

    def run(url: str | None, **environment: str) -> Chain:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        chosen: dict[str, Any] | None = {"url": url, "own": True, "why": "test"} if url else None
        chain = Chain(tmp_path / "artifacts", paper, outputs={"validate_links": {"repository": chosen}})
        chain.run("fetch_repo", "check_repo")
        return chain

    return run
