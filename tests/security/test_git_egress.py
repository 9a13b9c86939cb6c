"""Fetching repositories: no address, redirect or answer makes a worker run anything or speak to anybody inside."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from dashboard.engine.errors import TransientError
from jobs.repositories import preflight
from jobs.repositories.address import address_of
from jobs.repositories.errors import NoRepositoryError
from jobs.repositories.fetch import fetch
from jobs.repositories.settings import Limits, Settings, settings_from
from tests.handlers.conftest import Chain
from tests.hostile import addresses, hosts
from tests.hostile.hosts import Answer
from tests.hostile.trap import Trap, overhear, set_trap
from tests.repositories.conftest import run_on as run_on
from tests.repositories.conftest import scratch as scratch
from tests.repositories.conftest import server as server
from tests.repositories.conftest import settings as settings
from tests.repositories.git_server import GitServer

PUBLIC = "93.184.216.34"


class Careless(Settings):
    """Settings of an operator who lets every host in, so that the address guard stands alone."""

    def allows(self, host: str, port: int) -> bool:
        return True


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    with set_trap(tmp_path) as one:
        yield one
        one.check()


def filled(trap: Trap, folder: Path) -> list[str]:
    """Every hostile address, aimed at the trap."""
    assert len(addresses.ALL) > 100
    repository = folder / "served" / "lab" / "tiny.git"
    return [one.format(port=trap.port, canary=trap.canary, repository=repository) for one in addresses.ALL]


def test_no_address_in_a_paper_leads_inside_or_runs_anything(
    trap: Trap, run_on: Callable[..., Chain], server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overhear(trap, monkeypatch)
    for address in filled(trap, tmp_path):
        fetched = run_on(address).outputs["fetch_repo"]
        assert fetched["found"] is False, address
        assert fetched["reason"].endswith("."), address
    assert (trap.tried, trap.fetches, server.requests) == ([], 0, [])


def test_the_address_guard_alone_lets_nothing_inside(
    trap: Trap, scratch: Path, server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overhear(trap, monkeypatch)
    careless = Careless(frozenset())
    for address in filled(trap, tmp_path):
        with pytest.raises(NoRepositoryError):
            fetch(address_of(address, careless), careless, scratch)
    assert (trap.tried, trap.fetches, server.requests) == ([], 0, [])


def test_no_redirect_of_an_allowed_host_leads_inside(
    trap: Trap, scratch: Path, server: GitServer, settings: Settings, tmp_path: Path
) -> None:
    for number, target in enumerate(filled(trap, tmp_path)):
        server.faults.redirects = {"lab/moved": quote(target, safe=":/?#[]@!$&'()*+,;=%\\|`{} ")}
        with pytest.raises((NoRepositoryError, TransientError)):  # the latter where the answer itself is too long
            fetch(address_of(f"{server.url}/lab/moved{number}", settings), settings, scratch)
    assert len(server.requests) >= len(addresses.ALL)


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/x", "file://{repository}", "git://127.0.0.1:{port}/x"])
def test_git_itself_follows_no_redirect(
    trap: Trap, scratch: Path, server: GitServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """Where the first look had seen nothing wrong."""
    address = address_of(f"{server.url}/lab/tiny", settings)
    monkeypatch.setattr("jobs.repositories.fetch.find_endpoint", lambda *_: preflight.Endpoint(address, "127.0.0.1"))
    server.faults.redirects["lab/tiny"] = target.format(port=trap.port, repository=server.root / "lab/tiny.git")
    with pytest.raises(NoRepositoryError):
        fetch(address, settings, scratch)


def test_a_name_that_changes_between_check_and_use_is_asked_once(
    trap: Trap, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overhear(trap, monkeypatch)
    asked, tried = [], []

    def rebind(host: str, port: int | None, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        address = PUBLIC if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address: tuple[str, int], _seconds: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(TransientError):
        fetch(address_of("https://github.com/lab/tiny", settings_from({})), settings_from({}), scratch)
    assert (asked, tried, trap.tried) == (["github.com"], [(PUBLIC, 443)], [])


def test_a_trap_that_is_stepped_into_says_so(
    tmp_path: Path, scratch: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or none of the above would mean anything."""
    with set_trap(tmp_path) as trap:
        overhear(trap, monkeypatch)
        own = frozenset({f"127.0.0.1:{trap.port}"})
        open_to_it = replace(settings, private_hosts=own, plain_hosts=own)
        with pytest.raises(TransientError):
            fetch(address_of(f"http://127.0.0.1:{trap.port}/lab/tiny", open_to_it), open_to_it, scratch)
        assert (trap.connections, trap.tried) == (1, [("127.0.0.1", trap.port)])


@pytest.mark.parametrize("answer", hosts.ALL, ids=lambda answer: answer.__name__)
def test_a_host_that_answers_wrongly_without_end_is_given_up(
    trap: Trap, scratch: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its time, its bytes or its memory; what was asked carries nothing of this machine's account."""
    monkeypatch.setenv("GIT_ASKPASS", f"touch {trap.canary}")
    narrow = Limits(seconds=3, connect_seconds=1, stall_seconds=2, pack_bytes=4 << 20, memory_bytes=512 << 20)
    with hosts.answering(answer) as host:
        own = Settings(frozenset(), frozenset({host}), frozenset({host}), limits=narrow)
        with pytest.raises((NoRepositoryError, TransientError)):
            fetch(address_of(f"http://{host}/lab/tiny", own), own, scratch)
    assert sum(path.lstat().st_size for path in scratch.rglob("*")) <= 3 * narrow.pack_bytes
