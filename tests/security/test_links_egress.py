"""Links of papers are looked at, or not: no hostile one makes a worker speak to anybody inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobs.papers.following import repository_on, stands_for
from tests.hostile import addresses
from tests.hostile.trap import Trap, overhear, set_trap


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    with set_trap(tmp_path) as one:
        yield one
        one.check()


@pytest.mark.parametrize("look", [stands_for, repository_on], ids=lambda look: look.__name__)
def test_no_link_leads_inside(
    trap: Trap, tmp_path: Path, look: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS or without: names lead to this machine, numbers are what they are."""
    overhear(trap, monkeypatch)
    for template in addresses.ALL:
        address = template.format(port=trap.port, canary=trap.canary, repository=tmp_path)
        for one in (address, address.replace("https://", "http://", 1)):
            assert look(one) == "", one
    assert trap.tried == []


def test_a_link_that_may_be_looked_at_steps_into_the_trap(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the above would mean nothing."""
    overhear(trap, monkeypatch)
    address = ("127.0.0.1", trap.port)
    monkeypatch.setattr("jobs.papers.following._SECONDS", 0.3)
    stands_for(f"http://127.0.0.1:{trap.port}/x", frozenset({f"127.0.0.1:{trap.port}"}))
    assert set(trap.tried) == {address}
    assert trap.connections > 0
