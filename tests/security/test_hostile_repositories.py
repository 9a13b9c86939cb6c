"""Hostile repositories, fetched by real git over HTTP and read: nothing runs, nothing is left, nobody is asked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.engine.errors import TransientError
from tests.handlers.conftest import Chain
from tests.hostile import repositories
from tests.hostile.repositories import Maker
from tests.hostile.trap import Trap, set_trap
from tests.repositories.conftest import run_on as run_on
from tests.repositories.conftest import server as server
from tests.repositories.git_server import GitServer

UNREADABLE = (repositories.head_that_is_no_commit, repositories.million_files)


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    with set_trap(tmp_path) as one:
        yield one
        one.check()


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this process makes temporary files; empty again at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert [*folder.iterdir()] == []


@pytest.mark.usefixtures("scratch")
@pytest.mark.parametrize("make", repositories.ALL, ids=lambda make: make.__name__)
def test_a_repository_is_read_or_refused_and_does_nothing(
    trap: Trap, server: GitServer, run_on: Callable[..., Chain], make: Maker
) -> None:
    make(server.root / "lab" / "hostile.git", trap)
    there = {path for path in trap.canary.parent.rglob("*") if "artifacts" not in path.parts}
    chain = run_on(f"{server.url}/lab/hostile", REPOSITORY_PRIVATE_HOSTS=server.url, REPOSITORY_SECONDS="20")
    fetched, checked = chain.outputs["fetch_repo"], chain.outputs["check_repo"]
    assert fetched["found"] is (make not in UNREADABLE), fetched
    assert checked["found"] is fetched["found"]
    assert {path for path in trap.canary.parent.rglob("*") if "artifacts" not in path.parts} == there
    if fetched["found"]:
        assert "root:x:0" not in json.dumps(chain.json("fetch_repo", "repository.json"))


@pytest.mark.usefixtures("scratch")
def test_a_host_that_sends_half_a_repository_is_asked_again_later(
    trap: Trap, server: GitServer, run_on: Callable[..., Chain]
) -> None:
    repositories.tree_that_is_not_there(server.root / "lab" / "half.git", trap)
    with pytest.raises(TransientError, match="broke off the fetch"):
        run_on(f"{server.url}/lab/half", REPOSITORY_PRIVATE_HOSTS=server.url)
